import { refuse } from '../api/api-error.js';
import { type EmulatorClock, nowSeconds } from '../clock.js';
import { type Identifiers } from '../identifiers.js';
import { sandboxUser } from '../sandbox.js';
import { emailOf, sameAddress, type User, type UserEmail, type UserName } from './user.js';

/** What a new user is made of. */
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

/** How long an address added to an existing user waits to be verified. */
const heldForSeconds = 5 * 60;

export class Users {
  private users = new Map<string, User>();

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  all(): User[] {
    return [...this.users.values()];
  }

  restore(users: User[]): void {
    this.users = new Map(users.map((user) => [user.userId, user]));
  }

  /** By user id, or by the external id an application has given. */
  find(id: string): User | undefined {
    if (id === sandboxUser.userId) return structuredClone(sandboxUser);
    return this.users.get(id) ?? this.all().find((user) => user.externalId === id);
  }

  /** @throws {ApiError} `user_not_found`, or `invalid_user_id` for what can be neither kind of id */
  get(id: string): User {
    const looksBroken =
      id === '' || id.length > 128 || (id.startsWith('user-') && !/^user-test-[\w-]+$/.test(id));
    return (
      this.find(id) ??
      (looksBroken
        ? refuse('invalid_user_id', 'user_id is not in the format of a user id of this project.')
        : refuse('user_not_found', 'No user has this id.'))
    );
  }

  findByEmail(address: string): User | undefined {
    if (sandboxUser.emails.some((email) => sameAddress(email.address, address)))
      return structuredClone(sandboxUser);
    return this.all().find((user) => emailOf(user, address));
  }

  findByEmailId(emailId: string): User | undefined {
    return this.all().find((user) => user.emails.some((email) => email.emailId === emailId));
  }

  /** @throws {ApiError} `duplicate_email`, `duplicate_phone_number`, `duplicate_user_external_id` */
  create(from: NewUser): User {
    if (from.email && this.findByEmail(from.email.address)) {
      refuse('duplicate_email', 'A user with this email address exists already.');
    }
    if (from.phoneNumber !== undefined) this.refuseTakenPhoneNumber(from.phoneNumber);
    if (from.externalId !== undefined) this.refuseTakenExternalId(from.externalId);
    const user: User = {
      userId: from.userId ?? this.identifiers.id('user'),
      status: from.status,
      createdAtSeconds: nowSeconds(this.clock),
      name: { firstName: '', middleName: '', lastName: '', ...from.name },
      emails: from.email ? [this.newEmail(from.email.address, from.email.verified, null)] : [],
      phoneNumbers:
        from.phoneNumber === undefined
          ? []
          : [
              {
                phoneId: this.identifiers.id('phone-number'),
                phoneNumber: from.phoneNumber,
                verified: false,
              },
            ],
      assignedRoles: from.roles ?? [],
      trustedMetadata: from.trustedMetadata ?? {},
      untrustedMetadata: from.untrustedMetadata ?? {},
      externalId: from.externalId ?? null,
    };
    this.users.set(user.userId, user);
    return user;
  }

  /** @throws {ApiError} `duplicate_email` */
  addEmail(user: User, address: string): UserEmail {
    if (this.findByEmail(address)) refuse('duplicate_email', 'Another user has this email address.');
    const email = this.newEmail(address, false, nowSeconds(this.clock) + heldForSeconds);
    user.emails.push(email);
    return email;
  }

  /** @throws {ApiError} `duplicate_user_external_id` */
  setExternalId(user: User, externalId: string | null): void {
    if (externalId !== null && externalId !== user.externalId) this.refuseTakenExternalId(externalId);
    user.externalId = externalId;
  }

  delete(user: User): void {
    this.users.delete(user.userId);
  }

  /** Lets go of added addresses that nobody has verified in time. */
  releaseHeldEmails(): void {
    const now = nowSeconds(this.clock);
    for (const user of this.users.values()) {
      user.emails = user.emails.filter(
        ({ verified, heldUntilSeconds }) => verified || heldUntilSeconds === null || now < heldUntilSeconds,
      );
    }
  }

  private newEmail(address: string, verified: boolean, heldUntilSeconds: number | null): UserEmail {
    return { emailId: this.identifiers.id('email'), address, verified, heldUntilSeconds };
  }

  private refuseTakenPhoneNumber(phoneNumber: string): void {
    if (this.all().some((user) => user.phoneNumbers.some((phone) => phone.phoneNumber === phoneNumber))) {
      refuse('duplicate_phone_number', 'A user with this phone number exists already.');
    }
  }

  private refuseTakenExternalId(externalId: string): void {
    if (this.all().some((user) => user.externalId === externalId)) {
      refuse('duplicate_user_external_id', 'A user with this external_id exists already.');
    }
  }
}
