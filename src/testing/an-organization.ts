import { randomUUID } from 'node:crypto';
import type { MemberOrganization } from '../lib/index.js';
import { organizationClaim } from '../lib/internal.js';

/** The organization of a test. Everything has a default. */
export interface OrganizationInput {
  /** @default a new id */
  readonly id?: string;
  /** @default 'acme' */
  readonly slug?: string;
}

export const anOrganization = ({
  id = `organization-test-${randomUUID()}`,
  slug = 'acme',
}: OrganizationInput = {}): MemberOrganization => ({ id, slug });

/** The claim that an organization is read from. */
export const organizationClaims = ({ id, slug }: MemberOrganization) => ({
  [organizationClaim]: { organization_id: id, slug },
});
