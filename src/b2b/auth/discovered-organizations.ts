/** Organizations come with all their settings and with the member, so that some people have large lists. */
export const maxDiscoveryBytes = 2 * 1024 * 1024;

/** An organization that a person may enter. */
export interface AvailableOrganization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** `member`; or what entering it does: `invited` and `eligible` join it. */
  readonly membership: 'member' | 'invited' | 'eligible';
  /** Whether the person is signed in to it. */
  readonly isCurrent?: true;
}

/** The organizations in a response of discovery. Entries of another shape are left out. */
export function readOrganizations(body: unknown): readonly AvailableOrganization[] {
  const { discovered_organizations } = (body ?? {}) as Record<string, unknown>;
  const entries: readonly unknown[] = Array.isArray(discovered_organizations) ? discovered_organizations : [];
  return entries.flatMap((entry) => readOrganization(entry) ?? []);
}

function readOrganization(entry: unknown): AvailableOrganization | undefined {
  const { organization, membership } = (entry ?? {}) as Record<string, unknown>;
  const { organization_id, organization_slug, organization_name } = (organization ?? {}) as Record<
    string,
    unknown
  >;
  if (typeof organization_id !== 'string' || typeof organization_slug !== 'string') return undefined;
  const { type } = (membership ?? {}) as Record<string, unknown>;
  return {
    id: organization_id,
    slug: organization_slug,
    name: typeof organization_name === 'string' ? organization_name : organization_slug,
    membership: membershipOf(type),
  };
}

function membershipOf(type: unknown): AvailableOrganization['membership'] {
  if (type === 'active_member') return 'member';
  // A pending member requested a link once, and never opened it.
  return type === 'invited_member' || type === 'pending_member' ? 'invited' : 'eligible';
}
