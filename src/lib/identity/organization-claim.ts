import { emptyObject, isObject, type Claims } from './claims.js';
import type { MemberOrganization } from './session.js';

/** The claim of all tokens of a member: session JWTs, and access tokens of connected apps. */
export const organizationClaim = 'https://stytch.com/organization';

const organizationIdPattern = /^organization-[A-Za-z0-9-]{1,128}$/;
/** What Stytch's API accepts as a slug. */
const slugPattern = /^[A-Za-z0-9._~-]{2,128}$/;

/** Whether a name has the form of a slug. Ids have it too. */
export const isOrganizationName = (name: string): boolean => slugPattern.test(name);

/** Stytch's ids, which never change. A slug may start like one. */
const issuedIdPattern = /^organization-(?:test|live)-[0-9a-f-]{36}$/i;

/** Whether a name that may be a slug or an id is an id. */
export const isOrganizationId = (name: string): boolean => issuedIdPattern.test(name);

/** The organization that verified claims state; `undefined` if they state none or a malformed one. */
export function readOrganization(claims: Claims): MemberOrganization | undefined {
  const claim = claims[organizationClaim];
  if (!isObject(claim)) return undefined;
  const { organization_id: id, slug } = claim;
  if (typeof id !== 'string' || !organizationIdPattern.test(id)) return undefined;
  if (typeof slug !== 'string' || !isOrganizationName(slug)) return undefined;
  const organization = emptyObject<MemberOrganization>();
  organization.id = id;
  organization.slug = slug;
  return Object.freeze(organization);
}
