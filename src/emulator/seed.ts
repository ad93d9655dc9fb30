import { EmulatorError } from './emulator-error.js';
import { ApiError } from './api/api-error.js';
import { isStrings } from './api/fields.js';
import { isObject, parseJsonObject } from './api/json.js';
import { isEmailAddress } from './users/email-address.js';
import { type Users } from './users/users.js';

/** Who is there from the start, and again after a reset. */
export interface StytchEmulatorSeed {
  users?: SeedUser[];
}

export interface SeedUser {
  email: string;
  /** Default: true. */
  emailVerified?: boolean;
  /** Default: a fresh one. */
  userId?: string;
  /** Default: `active`. */
  status?: 'active' | 'pending';
  name?: { firstName?: string; middleName?: string; lastName?: string };
  /** Beside `stytch_user`, which everybody has. */
  roles?: string[];
  trustedMetadata?: Record<string, unknown>;
  untrustedMetadata?: Record<string, unknown>;
  externalId?: string;
}

/**
 * Creates the seeded users that are not there yet.
 *
 * @throws {EmulatorError} `emulator_seed_invalid` where two of them cannot both be
 */
export function plant(seed: StytchEmulatorSeed, users: Users): void {
  for (const user of seed.users ?? []) {
    if (!users.findByEmail(user.email)) plantUser(user, users);
  }
}

function plantUser(
  { email, emailVerified = true, status = 'active', ...rest }: SeedUser,
  users: Users,
): void {
  try {
    users.create({ ...rest, email: { address: email, verified: emailVerified }, status });
  } catch (error) {
    throw error instanceof ApiError ? invalid([`${email}: ${error.message}`]) : error;
  }
}

/** @throws {EmulatorError} `emulator_seed_invalid` where the text is not JSON or not a seed */
export function parseSeed(text: string): StytchEmulatorSeed {
  const seed = parseJsonObject(text);
  if (!seed) throw invalid(['it is not a JSON object']);
  return checkedSeed(seed);
}

/** @throws {EmulatorError} `emulator_seed_invalid`, naming every entry and field that is wrong */
export function checkedSeed(seed: unknown): StytchEmulatorSeed {
  if (!isObject(seed))
    throw invalid(['it must be an object like { "users": [{ "email": "ada@example.com" }] }']);
  const { users = [], ...rest } = seed;
  const faults = [
    ...Object.keys(rest).map((name) => `"${name}" is not known`),
    ...(Array.isArray(users)
      ? users.flatMap((user, at) => faultsOf(user).map((fault) => `users[${at}]${fault}`))
      : ['users must be a list']),
  ];
  if (faults.length > 0) throw invalid(faults);
  return seed;
}

const checks: Record<keyof SeedUser, [must: string, is: (value: unknown) => boolean]> = {
  email: ['must be an email address', (value) => typeof value === 'string' && isEmailAddress(value)],
  emailVerified: ['must be true or false', isOptional((value) => typeof value === 'boolean')],
  userId: [
    'must look like user-test-00000000-0000-4000-8000-000000000000',
    isOptional((value) => typeof value === 'string' && /^user-test-[\w-]+$/.test(value)),
  ],
  status: ['must be "active" or "pending"', isOptional((value) => value === 'active' || value === 'pending')],
  name: ['must be an object with firstName, middleName, lastName', isOptional(isName)],
  roles: ['must be a list of strings', isOptional(isStrings)],
  trustedMetadata: ['must be an object', isOptional(isObject)],
  untrustedMetadata: ['must be an object', isOptional(isObject)],
  externalId: ['must be a string', isOptional((value) => typeof value === 'string' && value !== '')],
};

function faultsOf(user: unknown): string[] {
  if (!isObject(user)) return [' must be an object'];
  const unknown = Object.keys(user).filter((name) => !Object.hasOwn(checks, name));
  const wrong = Object.entries(checks).filter(([name, [, is]]) => !is(user[name]));
  return [
    ...unknown.map((name) => `.${name} is not known`),
    ...wrong.map(([name, [must]]) => `.${name} ${must}`),
  ];
}

function isName(value: unknown): boolean {
  const parts = ['firstName', 'middleName', 'lastName'];
  return (
    isObject(value) &&
    Object.entries(value).every(([name, part]) => parts.includes(name) && typeof part === 'string')
  );
}

function isOptional(is: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || is(value);
}

function invalid(faults: string[]): EmulatorError {
  return new EmulatorError(
    'emulator_seed_invalid',
    `The seed is wrong: ${faults.join('; ').replace(/\.$/, '')}.`,
  );
}
