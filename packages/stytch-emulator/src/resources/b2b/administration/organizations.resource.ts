import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';
import { seedOrganizations } from './seed-organizations.js';

export function organizationsResource(b2b: B2B): Resource {
  return {
    name: 'organizations',
    routes: {},
    entries: b2b.organizations.entries,
    seed: seedOrganizations(b2b),
  };
}
