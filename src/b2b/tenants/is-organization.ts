import type { MemberOrganization } from '../../lib/index.js';

/** Stytch's ids, which never change. */
const idPattern = /^organization-(?:test|live)-[0-9a-f-]{36}$/i;

export const isOrganizationId = (tenant: string): boolean => idPattern.test(tenant);

/**
 * Whether a request names this organization. A name in the form of an id is not compared with the slug, since
 * somebody may choose the id of another organization as a slug. Letters are compared exactly: whether two
 * slugs may differ in their case is Stytch's to decide.
 */
export const isOrganization = ({ id, slug }: MemberOrganization, tenant: string): boolean =>
  tenant === id || (tenant === slug && !isOrganizationId(tenant));
