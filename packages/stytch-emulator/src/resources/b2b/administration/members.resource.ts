import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';

export function membersResource({ organizations, members, locks }: B2B): Resource {
  organizations.onDelete((organization) => {
    members.removeAllOf(organization);
  });
  return {
    name: 'members',
    routes: {},
    entries: members.entries,
    tidy() {
      locks.removeExpired();
    },
  };
}
