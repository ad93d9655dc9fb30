import { ApiError } from '../../../wire/api-error.js';
import { isStrings } from '../../../wire/fields.js';
import { isObject } from '../../../wire/json.js';
import { type ResourceSeed } from '../../resource.js';
import { type EntryChecks, isText, optional, seedList } from '../../seed-list.js';
import { isEmailAddress } from '../../email-address.js';
import { hashPassword } from '../../passwords/hash-password.js';
import { type Users } from './users.js';

/** A user that exists at startup and after a reset. */
export interface SeedUser {
  email: string;
  /** Default: true. */
  emailVerified?: boolean;
  /** Default: a generated id. */
  userId?: string;
  /** Default: `active`. */
  status?: 'active' | 'pending';
  /** Not checked for strength. Default: none. */
  password?: string;
  name?: { firstName?: string; middleName?: string; lastName?: string };
  /** In addition to `stytch_user`, which every user has. */
  roles?: string[];
  trustedMetadata?: Record<string, unknown>;
  untrustedMetadata?: Record<string, unknown>;
  externalId?: string;
}

export function seedUsers(users: Users): ResourceSeed {
  return seedList<SeedUser>(checks, (entries) => {
    const missing = entries.filter(({ email }) => !users.findByEmail(email));
    return missing.flatMap((user) => createUser(user, users));
  });
}

function createUser(
  { email, emailVerified = true, status = 'active', password, ...rest }: SeedUser,
  users: Users,
): string[] {
  try {
    const user = users.create({ ...rest, email: { address: email, verified: emailVerified }, status });
    if (password !== undefined) users.setPassword(user, hashPassword(password));
    return [];
  } catch (error) {
    if (error instanceof ApiError) return [`${email}: ${error.message}`];
    throw error;
  }
}

const checks: EntryChecks<SeedUser> = {
  email: ['must be an email address', (value) => typeof value === 'string' && isEmailAddress(value)],
  emailVerified: ['must be true or false', optional((value) => typeof value === 'boolean')],
  userId: [
    'must look like user-test-00000000-0000-4000-8000-000000000000',
    optional((value) => typeof value === 'string' && /^user-test-[\w-]+$/.test(value)),
  ],
  status: ['must be "active" or "pending"', optional((value) => value === 'active' || value === 'pending')],
  password: ['must be a non-empty string', optional(isText)],
  name: ['must be an object with firstName, middleName, lastName', optional(isName)],
  roles: ['must be a list of strings', optional(isStrings)],
  trustedMetadata: ['must be an object', optional(isObject)],
  untrustedMetadata: ['must be an object', optional(isObject)],
  externalId: ['must be a non-empty string', optional(isText)],
};

function isName(value: unknown): boolean {
  const parts = ['firstName', 'middleName', 'lastName'];
  return (
    isObject(value) &&
    Object.entries(value).every(([name, part]) => parts.includes(name) && typeof part === 'string')
  );
}
