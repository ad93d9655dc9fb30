import { type Resource } from '../../resource.js';
import { publishedKeys } from '../../sessions/published-keys.js';
import { type B2B } from '../b2b.js';

export function memberSessionsResource(b2b: B2B): Resource {
  const { members, sessions } = b2b;
  members.onDelete(({ memberId }) => sessions.revokeAllOf(memberId));
  return {
    name: 'memberSessions',
    routes: { 'GET /v1/b2b/sessions/jwks/{project_id}': (call) => publishedKeys(b2b, call) },
    entries: sessions.entries,
    tidy() {
      sessions.removeExpired();
    },
  };
}
