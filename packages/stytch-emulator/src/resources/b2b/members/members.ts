import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { type Identifiers } from '../../../identifiers.js';
import { type Editable, Entries } from '../../../project/entries.js';
import { refuse } from '../../../wire/api-error.js';
import { isSameAddress } from '../../email-address.js';
import { type PasswordHash } from '../../passwords/password.js';
import { type Organization } from '../organizations/organization.js';
import { type Member, type MemberEmail, type MemberStatus } from './member.js';

export interface NewMember {
  memberId?: string | undefined;
  emailAddress: string;
  /** Default: false. */
  emailVerified?: boolean | undefined;
  status: MemberStatus;
  name?: string | undefined;
  roles?: readonly string[] | undefined;
  isBreakglass?: boolean | undefined;
  mfaEnrolled?: boolean | undefined;
  mfaPhoneNumber?: string | undefined;
  trustedMetadata?: Record<string, unknown> | undefined;
  untrustedMetadata?: Record<string, unknown> | undefined;
  externalId?: string | undefined;
}

/** What identifies a member besides its id, in one organization or in the project. */
const keys = {
  address: (organizationId: string, address: string) => `${organizationId}:address:${address.toLowerCase()}`,
  retired: (organizationId: string, address: string) => `${organizationId}:retired:${address.toLowerCase()}`,
  externalId: (organizationId: string, externalId: string) => `${organizationId}:external-id:${externalId}`,
  password: (passwordId: string) => `password:${passwordId}`,
};

/** The address of a deleted member can be used by another one. */
function keysOf(member: Member): string[] {
  const { organizationId, email, retiredEmails, externalId, password } = member;
  if (member.status === 'deleted') return [];
  return [
    keys.address(organizationId, email.address),
    ...retiredEmails.map(({ address }) => keys.retired(organizationId, address)),
    ...(externalId === null ? [] : [keys.externalId(organizationId, externalId)]),
    ...(password === null ? [] : [keys.password(password.passwordId)]),
  ];
}

/** The members of all organizations. Deleted members stay, so that they can be reactivated. */
export class Members {
  readonly entries = new Entries<Member>(({ memberId }) => memberId);
  private readonly index = this.entries.indexBy(keysOf);
  private readonly deleteListeners = new Set<(member: Member) => void>();

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  /** The members that are not deleted, in the order of their creation. */
  all(): Member[] {
    return this.entries.all().filter(({ status }) => status !== 'deleted');
  }

  ofOrganization({ organizationId }: Organization): Member[] {
    return this.all().filter((member) => member.organizationId === organizationId);
  }

  /** The memberships of a person: at most one in each organization. */
  withAddress(address: string): Member[] {
    return this.all().filter(({ email }) => isSameAddress(email.address, address));
  }

  /** Finds a member by member id or by external id, also a deleted one by member id. */
  findStored({ organizationId }: Organization, id: string): Member | undefined {
    const member = this.entries.get(id) ?? this.index.get(keys.externalId(organizationId, id));
    return member?.organizationId === organizationId ? member : undefined;
  }

  /** As `findStored`, without deleted members. */
  find(organization: Organization, id: string): Member | undefined {
    const member = this.findStored(organization, id);
    return member?.status === 'deleted' ? undefined : member;
  }

  /** @throws {ApiError} `member_not_found` */
  get(organization: Organization, id: string): Member {
    return this.find(organization, id) ?? refuseMember();
  }

  /**
   * A member of any organization.
   *
   * @throws {ApiError} `member_not_found`
   */
  getById(memberId: string): Member {
    const member = this.entries.get(memberId);
    return member === undefined || member.status === 'deleted' ? refuseMember() : member;
  }

  findByEmail({ organizationId }: Organization, address: string): Member | undefined {
    return this.index.get(keys.address(organizationId, address));
  }

  /** @throws {ApiError} `member_not_found` */
  getByEmail(organization: Organization, address: string): Member {
    return this.findByEmail(organization, address) ?? refuseMember();
  }

  findByPasswordId(passwordId: string): Member | undefined {
    return this.index.get(keys.password(passwordId));
  }

  /** @throws {ApiError} `duplicate_member_email`, `retired_member_email`, `bad_request`, `duplicate_member_external_id` */
  create(organization: Organization, from: NewMember): Member {
    const now = nowSeconds(this.clock);
    this.refuseUsedEmail(organization, from.emailAddress);
    if (from.externalId !== undefined) this.checkFreeExternalId(organization, from.externalId);
    const member: Member = {
      memberId: from.memberId ?? this.identifiers.id('member'),
      organizationId: organization.organizationId,
      status: from.status,
      name: from.name ?? '',
      email: this.newEmail(from.emailAddress),
      emailVerified: from.emailVerified ?? false,
      retiredEmails: [],
      assignedRoles: from.roles ?? [],
      isBreakglass: from.isBreakglass ?? false,
      password: null,
      oauthRegistrations: [],
      mfaEnrolled: from.mfaEnrolled ?? false,
      mfaPhoneNumber: from.mfaPhoneNumber ?? '',
      mfaPhoneNumberVerified: false,
      defaultMfaMethod: from.mfaPhoneNumber === undefined ? null : 'sms_otp',
      trustedMetadata: from.trustedMetadata ?? {},
      untrustedMetadata: from.untrustedMetadata ?? {},
      externalId: from.externalId ?? null,
      failedAttempts: 0,
      lock: null,
      createdAtSeconds: now,
      updatedAtSeconds: now,
    };
    this.entries.set(member);
    return member;
  }

  /** The same object, to be changed now. It counts as updated. */
  edit(member: Member): Editable<Member> {
    const edited = this.entries.edit(member);
    edited.updatedAtSeconds = nowSeconds(this.clock);
    return edited;
  }

  /** The member has proven to own the address. */
  verifyEmail(member: Member): void {
    if (!member.emailVerified) this.edit(member).emailVerified = true;
  }

  /** The member has signed in. */
  activate(member: Member): void {
    if (member.status !== 'active') this.edit(member).status = 'active';
  }

  /**
   * Replaces the address. The earlier one is retired, or unlinked so that another member can have it. The password is
   * deleted, and the new address must be verified.
   *
   * @throws {ApiError} `duplicate_member_email`, `retired_member_email`
   */
  changeEmail(
    organization: Organization,
    member: Member,
    address: string,
    earlier: 'retire' | 'unlink' = 'retire',
  ): void {
    if (isSameAddress(member.email.address, address)) return;
    this.refuseUsedEmail(organization, address, member);
    const known = member.retiredEmails.find((email) => isSameAddress(email.address, address));
    const retired = member.retiredEmails.filter((email) => email !== known);
    Object.assign(this.edit(member), {
      email: known ?? this.newEmail(address),
      emailVerified: false,
      retiredEmails: earlier === 'retire' ? [...retired, member.email] : retired,
      password: null,
    });
  }

  /**
   * Reserves an address until the member proves to own it.
   *
   * @throws {ApiError} `duplicate_member_email`, `retired_member_email`, `desired_email_updating_for_different_member`
   */
  reserveEmail(organization: Organization, member: Member, address: string, minutes: number): void {
    this.refuseUsedEmail(organization, address, member);
    const other = this.findByPendingEmail(organization, address);
    if (other !== undefined && other !== member) {
      refuse(
        400,
        'desired_email_updating_for_different_member',
        'Another member of the organization is changing to this email address.',
      );
    }
    const expiresAtSeconds = nowSeconds(this.clock) + minutes * 60;
    this.edit(member).pendingEmail = { address, expiresAtSeconds };
  }

  /** The member that is changing to the address. */
  findByPendingEmail(organization: Organization, address: string): Member | undefined {
    return this.ofOrganization(organization).find((member) => this.isPendingEmail(member, address));
  }

  /** Whether the address is that of the member, or the one that the member is changing to. */
  hasCurrentOrPendingEmail(member: Member, address: string): boolean {
    return isSameAddress(member.email.address, address) || this.isPendingEmail(member, address);
  }

  isPendingEmail({ pendingEmail }: Member, address: string): boolean {
    if (!pendingEmail || nowSeconds(this.clock) >= pendingEmail.expiresAtSeconds) return false;
    return isSameAddress(pendingEmail.address, address);
  }

  /**
   * The member has proven to own the address, which may be the one that it is changing to.
   *
   * @throws {ApiError} `duplicate_member_email`, `retired_member_email` if another member has got it since
   */
  confirmPendingEmail(organization: Organization, member: Member, address: string): void {
    if (isSameAddress(member.email.address, address)) return;
    this.changeEmail(organization, member, address);
    Object.assign(this.edit(member), { emailVerified: true, pendingEmail: null });
  }

  setPassword(member: Member, hash: PasswordHash): void {
    const passwordId = this.identifiers.id('member-password');
    this.edit(member).password = { passwordId, hash, requiresReset: false };
  }

  requirePasswordReset(member: Member): void {
    const { password } = this.edit(member);
    if (password) password.requiresReset = true;
  }

  /** @throws {ApiError} `duplicate_member_external_id`, `bad_request` */
  setExternalId(organization: Organization, member: Member, externalId: string | null): void {
    if (externalId !== null && externalId !== member.externalId) {
      this.checkFreeExternalId(organization, externalId);
    }
    this.edit(member).externalId = externalId;
  }

  /** Its address can be used by another member. */
  delete(member: Member): void {
    this.edit(member).status = 'deleted';
    for (const listener of this.deleteListeners) listener(member);
  }

  /** Deletes the members of a deleted organization, which cannot be reactivated. */
  removeAllOf({ organizationId }: Organization): void {
    for (const member of this.entries.all()) {
      if (member.organizationId !== organizationId) continue;
      this.entries.delete(member);
      for (const listener of this.deleteListeners) listener(member);
    }
  }

  /** Calls the listener after a member was deleted, so that other resources can delete what belongs to it. */
  onDelete(listener: (member: Member) => void): void {
    this.deleteListeners.add(listener);
  }

  /**
   * @param owner the member that may have retired the address
   * @throws {ApiError} `duplicate_member_email`, `retired_member_email`
   */
  refuseUsedEmail({ organizationId }: Organization, address: string, owner?: Member): void {
    if (this.index.get(keys.address(organizationId, address))) {
      refuse(400, 'duplicate_member_email', 'A member with this email address already exists.');
    }
    const retiredBy = this.index.get(keys.retired(organizationId, address));
    if (retiredBy === undefined || retiredBy === owner) return;
    refuse(400, 'retired_member_email', 'Another member of the organization has retired this email address.');
  }

  private newEmail(address: string): MemberEmail {
    return { emailId: this.identifiers.id('email'), address };
  }

  private checkFreeExternalId({ organizationId }: Organization, externalId: string): void {
    if (!/^[\w.|-]{1,128}$/.test(externalId)) {
      refuse(
        400,
        'bad_request',
        'external_id must be 1 to 128 letters, digits, dots, underscores, hyphens or vertical bars.',
      );
    }
    if (this.index.get(keys.externalId(organizationId, externalId))) {
      refuse(400, 'duplicate_member_external_id', 'A member with this external_id already exists.');
    }
  }
}

export function refuseMember(): never {
  return refuse(404, 'member_not_found', 'Member could not be found.');
}
