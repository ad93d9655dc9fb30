import { ApiError } from '../../../wire/api-error.js';
import { Fields, isStrings } from '../../../wire/fields.js';
import { isObject } from '../../../wire/json.js';
import { isEmailAddress } from '../../email-address.js';
import { hashPassword } from '../../passwords/hash-password.js';
import { type ResourceSeed } from '../../resource.js';
import { type EntryChecks, isText, optional, seedList } from '../../seed-list.js';
import { type B2B } from '../b2b.js';
import { slugOf } from '../organizations/organization-names.js';
import { type Organization } from '../organizations/organization.js';
import { defaultSettings, type OrganizationSettings } from '../organizations/organization-settings.js';
import { checkSettings, readSettings } from '../organizations/read-settings.js';

/** An organization that exists at startup and after a reset. */
export interface SeedOrganization {
  name: string;
  /** Default: derived from the name. */
  slug?: string;
  /** Default: a generated id. */
  organizationId?: string;
  externalId?: string;
  logoUrl?: string;
  trustedMetadata?: Record<string, unknown>;
  /** How members get into the organization and sign in, in the API's field names. Default: the API's defaults. */
  settings?: Partial<OrganizationSettings>;
  /** Whether nobody can sign in. Default: false. */
  suspended?: boolean;
  members?: SeedMember[];
}

/** A member that exists at startup and after a reset. */
export interface SeedMember {
  email: string;
  /** Default: true. */
  emailVerified?: boolean;
  /** Default: a generated id. */
  memberId?: string;
  /** Default: `active`. */
  status?: 'active' | 'pending' | 'invited';
  name?: string;
  /** In addition to `stytch_member`, which every member has. */
  roles?: string[];
  /** Not checked for strength. Default: none. */
  password?: string;
  isBreakglass?: boolean;
  mfaEnrolled?: boolean;
  /** For example `+12025550123`. */
  mfaPhoneNumber?: string;
  trustedMetadata?: Record<string, unknown>;
  untrustedMetadata?: Record<string, unknown>;
  externalId?: string;
}

/** Organizations with their members. Those whose slug or id exists are kept; members whose email exists are, too. */
export function seedOrganizations(b2b: B2B): ResourceSeed {
  const list = seedList<SeedOrganization>(organizationChecks, (entries) =>
    entries.flatMap((entry) => problemsOf(entry.name, () => createOrganization(b2b, entry))),
  );
  return {
    ...list,
    problemsOf: (part) => [...list.problemsOf(part), ...memberProblems(part)],
  };
}

function createOrganization(b2b: B2B, seed: SeedOrganization): string[] {
  const { organizations } = b2b;
  const { settings, suspended = false, members = [], ...rest } = seed;
  const existing = organizations.find(seed.organizationId ?? seed.slug ?? slugOf(seed.name));
  const organization =
    existing ??
    organizations.create({
      ...rest,
      settings: checkSettings({
        ...defaultSettings,
        ...readSettings(new Fields({ ...settings })),
      }),
    });
  if (!existing && suspended) organizations.edit(organization).isSuspended = true;
  return members.flatMap((member) => problemsOf(member.email, () => createMember(b2b, organization, member)));
}

function createMember({ members }: B2B, organization: Organization, seed: SeedMember): string[] {
  const { email, emailVerified = true, status = 'active', password, ...rest } = seed;
  if (members.findByEmail(organization, email)) return [];
  const member = members.create(organization, { ...rest, emailAddress: email, emailVerified, status });
  if (password !== undefined) members.setPassword(member, hashPassword(password));
  return [];
}

/** The rules of the API apply. */
function problemsOf(name: string, create: () => string[]): string[] {
  try {
    return create();
  } catch (error) {
    if (error instanceof ApiError) return [`${name}: ${error.message}`];
    throw error;
  }
}

/** The problems of the members, with the path to them. */
function memberProblems(part: unknown): string[] {
  if (!Array.isArray(part)) return [];
  const list = seedList<SeedMember>(memberChecks, () => []);
  return part.flatMap((organization: unknown, index) => {
    const members = isObject(organization) ? organization['members'] : undefined;
    if (members === undefined) return [];
    return list.problemsOf(members).map((problem) => `[${index}].members${problem}`);
  });
}

const isBoolean = (value: unknown) => typeof value === 'boolean';

const organizationChecks: EntryChecks<SeedOrganization> = {
  name: ['must be a non-empty string', isText],
  slug: ['must be a non-empty string', optional(isText)],
  organizationId: [
    'must look like organization-test-00000000-0000-4000-8000-000000000000',
    optional((value) => typeof value === 'string' && /^organization-test-[\w-]+$/.test(value)),
  ],
  externalId: ['must be a non-empty string', optional(isText)],
  logoUrl: ['must be a non-empty string', optional(isText)],
  trustedMetadata: ['must be an object', optional(isObject)],
  settings: [
    `must be an object with fields of ${Object.keys(defaultSettings).join(', ')}`,
    optional((value) => isObject(value) && Object.keys(value).every((name) => name in defaultSettings)),
  ],
  suspended: ['must be true or false', optional(isBoolean)],
  // Checked one by one.
  members: ['must be a list', () => true],
};

const memberChecks: EntryChecks<SeedMember> = {
  email: ['must be an email address', (value) => typeof value === 'string' && isEmailAddress(value)],
  emailVerified: ['must be true or false', optional(isBoolean)],
  memberId: [
    'must look like member-test-00000000-0000-4000-8000-000000000000',
    optional((value) => typeof value === 'string' && /^member-test-[\w-]+$/.test(value)),
  ],
  status: [
    'must be "active", "pending" or "invited"',
    optional((value) => ['active', 'pending', 'invited'].includes(value as string)),
  ],
  name: ['must be a string', optional((value) => typeof value === 'string')],
  roles: ['must be a list of strings', optional(isStrings)],
  password: ['must be a non-empty string', optional(isText)],
  isBreakglass: ['must be true or false', optional(isBoolean)],
  mfaEnrolled: ['must be true or false', optional(isBoolean)],
  mfaPhoneNumber: [
    'must look like +12025550123',
    optional((value) => typeof value === 'string' && /^\+[1-9]\d{6,14}$/.test(value)),
  ],
  trustedMetadata: ['must be an object', optional(isObject)],
  untrustedMetadata: ['must be an object', optional(isObject)],
  externalId: ['must be a non-empty string', optional(isText)],
};
