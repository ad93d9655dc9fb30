import type { MemberOrganization } from '../lib/index.js';
import { isOrganizationId } from '../lib/internal.js';

/**
 * Whether a name, such as the one in a request, is that of this organization. A name in the form of an id is
 * not compared with the slug, since somebody may choose the id of another organization as a slug. Letters are
 * compared exactly, since only Stytch knows whether two slugs may differ in their case.
 */
export const isOrganization = ({ id, slug }: MemberOrganization, name: string): boolean =>
  name === id || (name === slug && !isOrganizationId(name));
