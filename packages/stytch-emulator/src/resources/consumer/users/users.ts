import { refuse } from '../../../wire/api-error.js';
import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { type Identifiers } from '../../../identifiers.js';
import { Entries } from '../../../project/entries.js';
import { type PasswordHash } from '../../passwords/password.js';
import { isSandboxAddress, sandboxPhoneNumber, sandboxUser } from './sandbox-user.js';
import { type User, type UserEmail, type UserName, type UserPhoneNumber } from './user.js';

export interface NewUser {
  userId?: string | undefined;
  email?: { address: string; verified: boolean } | undefined;
  phoneNumber?: string | undefined;
  status: User['status'];
  name?: Partial<UserName> | undefined;
  roles?: string[] | undefined;
  trustedMetadata?: Record<string, unknown> | undefined;
  untrustedMetadata?: Record<string, unknown> | undefined;
  externalId?: string | undefined;
}

/** What identifies a user besides its id. */
const keys = {
  address: (address: string) => `address:${address.toLowerCase()}`,
  phoneNumber: (phoneNumber: string) => `phone-number:${phoneNumber}`,
  externalId: (externalId: string) => `external-id:${externalId}`,
  /** Of an address or a phone number. */
  id: (id: string) => `id:${id}`,
};

function keysOf({ emails, phoneNumbers, externalId }: User): string[] {
  return [
    ...emails.flatMap(({ emailId, address }) => [keys.id(emailId), keys.address(address)]),
    ...phoneNumbers.flatMap(({ phoneId, phoneNumber }) => [keys.id(phoneId), keys.phoneNumber(phoneNumber)]),
    ...(externalId === null ? [] : [keys.externalId(externalId)]),
  ];
}

/** How long an address that was added to an existing user may stay unverified. */
const maxUnverifiedSeconds = 5 * 60;

export class Users {
  readonly entries = new Entries<User>(({ userId }) => userId);
  private readonly index = this.entries.indexBy(keysOf);
  private readonly deleteListeners = new Set<(userId: string) => void>();

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  /** In the order of their creation. */
  all(): User[] {
    return this.entries.all();
  }

  /** Finds a user by user id or by external id. */
  find(id: string): User | undefined {
    if (id === sandboxUser.userId) return structuredClone(sandboxUser);
    return this.entries.get(id) ?? this.index.get(keys.externalId(id));
  }

  /** @throws {ApiError} `user_not_found`, or `invalid_user_id` if the id is malformed */
  get(id: string): User {
    const isMalformed =
      id === '' || id.length > 128 || (id.startsWith('user-') && !/^user-test-[\w-]+$/.test(id));
    return (
      this.find(id) ??
      (isMalformed
        ? refuse(400, 'invalid_user_id', 'user_id is not a valid user id of a test project.')
        : refuse(404, 'user_not_found'))
    );
  }

  findByEmail(address: string): User | undefined {
    if (isSandboxAddress(address)) return structuredClone(sandboxUser);
    return this.index.get(keys.address(address));
  }

  findByEmailId(emailId: string): User | undefined {
    return this.index.get(keys.id(emailId));
  }

  findByPhoneNumber(phoneNumber: string): User | undefined {
    if (phoneNumber === sandboxPhoneNumber.phoneNumber) return structuredClone(sandboxUser);
    return this.index.get(keys.phoneNumber(phoneNumber));
  }

  findByPhoneId(phoneId: string): User | undefined {
    return this.index.get(keys.id(phoneId));
  }

  /** @throws {ApiError} `duplicate_email`, `duplicate_phone_number`, `bad_request`, `duplicate_user_external_id` */
  create(from: NewUser): User {
    if (from.email) this.refuseDuplicateEmail(from.email.address);
    if (from.phoneNumber !== undefined) this.refuseDuplicatePhoneNumber(from.phoneNumber);
    if (from.externalId !== undefined) this.checkExternalId(from.externalId);
    const user: User = {
      userId: from.userId ?? this.identifiers.id('user'),
      status: from.status,
      createdAtSeconds: nowSeconds(this.clock),
      name: { firstName: '', middleName: '', lastName: '', ...from.name },
      emails: from.email ? [this.newEmail(from.email.address, from.email.verified, null)] : [],
      phoneNumbers: from.phoneNumber === undefined ? [] : [this.newPhoneNumber(from.phoneNumber, null)],
      oauthRegistrations: [],
      assignedRoles: from.roles ?? [],
      trustedMetadata: from.trustedMetadata ?? {},
      untrustedMetadata: from.untrustedMetadata ?? {},
      externalId: from.externalId ?? null,
      password: null,
      totps: [],
      failedAttempts: 0,
      lock: null,
    };
    this.entries.set(user);
    return user;
  }

  /** @throws {ApiError} `duplicate_email` */
  refuseDuplicateEmail(address: string): void {
    if (this.findByEmail(address)) refuse(400, 'duplicate_email');
  }

  /** @throws {ApiError} `duplicate_email` */
  addEmail(user: User, address: string): UserEmail {
    this.refuseDuplicateEmail(address);
    const email = this.newEmail(address, false, nowSeconds(this.clock) + maxUnverifiedSeconds);
    this.entries.edit(user).emails.push(email);
    return email;
  }

  /** @throws {ApiError} `duplicate_phone_number` */
  addPhoneNumber(user: User, phoneNumber: string): UserPhoneNumber {
    this.refuseDuplicatePhoneNumber(phoneNumber);
    const phone = this.newPhoneNumber(phoneNumber, nowSeconds(this.clock) + maxUnverifiedSeconds);
    this.entries.edit(user).phoneNumbers.push(phone);
    return phone;
  }

  /**
   * Replaces all email addresses and phone numbers of the user by one that is not verified.
   *
   * @throws {ApiError} `duplicate_email`, `duplicate_phone_number`
   */
  exchangePrimaryFactor(user: User, by: { address: string } | { phoneNumber: string }): void {
    if ('address' in by) this.refuseDuplicateEmail(by.address);
    else this.refuseDuplicatePhoneNumber(by.phoneNumber);
    Object.assign(this.entries.edit(user), {
      emails: 'address' in by ? [this.newEmail(by.address, false, null)] : [],
      phoneNumbers: 'address' in by ? [] : [this.newPhoneNumber(by.phoneNumber, null)],
    });
  }

  /** Marks an email address or phone number of the user as verified. */
  verify(user: User, emailOrPhoneId: string): void {
    const { emails, phoneNumbers } = this.entries.edit(user);
    const verified =
      emails.find(({ emailId }) => emailId === emailOrPhoneId) ??
      phoneNumbers.find(({ phoneId }) => phoneId === emailOrPhoneId);
    if (verified) Object.assign(verified, { verified: true, unverifiedUntilSeconds: null });
  }

  removeEmail(user: User, emailId: string): void {
    const edited = this.entries.edit(user);
    edited.emails = edited.emails.filter((email) => email.emailId !== emailId);
  }

  removePhoneNumber(user: User, phoneId: string): void {
    const edited = this.entries.edit(user);
    edited.phoneNumbers = edited.phoneNumbers.filter((phone) => phone.phoneId !== phoneId);
  }

  setPassword(user: User, hash: PasswordHash): void {
    this.entries.edit(user).password = {
      passwordId: this.identifiers.id('password'),
      hash,
      requiresReset: false,
    };
  }

  requirePasswordReset(user: User): void {
    const { password } = this.entries.edit(user);
    if (password) password.requiresReset = true;
  }

  /** @throws {ApiError} `bad_request`, `duplicate_user_external_id` */
  setExternalId(user: User, externalId: string | null): void {
    if (externalId !== null && externalId !== user.externalId) this.checkExternalId(externalId);
    this.entries.edit(user).externalId = externalId;
  }

  delete(user: User): void {
    this.entries.delete(user);
    for (const listener of this.deleteListeners) listener(user.userId);
  }

  /** Calls the listener after a user was deleted, so that other resources can delete what belongs to it. */
  onDelete(listener: (userId: string) => void): void {
    this.deleteListeners.add(listener);
  }

  /** Removes email addresses and phone numbers that were added to an existing user and not verified in time. */
  removeUnverified(): void {
    const now = nowSeconds(this.clock);
    const isStale = ({ verified, unverifiedUntilSeconds }: UserEmail | UserPhoneNumber) =>
      !verified && unverifiedUntilSeconds !== null && now >= unverifiedUntilSeconds;
    for (const user of this.all()) {
      for (const { emailId } of user.emails.filter(isStale)) this.removeEmail(user, emailId);
      for (const { phoneId } of user.phoneNumbers.filter(isStale)) this.removePhoneNumber(user, phoneId);
    }
  }

  private newEmail(address: string, verified: boolean, unverifiedUntilSeconds: number | null): UserEmail {
    return { emailId: this.identifiers.id('email'), address, verified, unverifiedUntilSeconds };
  }

  private newPhoneNumber(phoneNumber: string, unverifiedUntilSeconds: number | null): UserPhoneNumber {
    return {
      phoneId: this.identifiers.id('phone-number'),
      phoneNumber,
      verified: false,
      unverifiedUntilSeconds,
    };
  }

  private refuseDuplicatePhoneNumber(phoneNumber: string): void {
    if (this.findByPhoneNumber(phoneNumber)) refuse(400, 'duplicate_phone_number');
  }

  private checkExternalId(externalId: string): void {
    if (!/^[\w.|-]{1,128}$/.test(externalId)) {
      refuse(
        400,
        'bad_request',
        'external_id must be 1 to 128 letters, digits, dots, underscores, hyphens or vertical bars.',
      );
    }
    if (this.index.get(keys.externalId(externalId))) {
      refuse(400, 'duplicate_user_external_id', 'A user with this external_id already exists.');
    }
  }
}
