import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';

export function organizationsResource({ organizations }: B2B): Resource {
  return { name: 'organizations', routes: {}, entries: organizations.entries };
}
