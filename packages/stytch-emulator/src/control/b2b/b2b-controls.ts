import {
  type SeedMember,
  type SeedOrganization,
} from '../../resources/b2b/administration/seed-organizations.js';
import { type memberToWire } from '../../resources/b2b/members/member.wire.js';
import { type OrganizationSettings } from '../../resources/b2b/organizations/organization-settings.js';
import { type organizationToWire } from '../../resources/b2b/organizations/organization.wire.js';
import { type memberSessionToWire } from '../../resources/b2b/sessions/member-session.wire.js';
import { type IssuedM2MToken, type ProjectControls } from '../controls.js';

/**
 * What tests can inspect and change in a B2B project besides calling the API. An organization is identified by its id,
 * its slug or its external id.
 */
export interface B2BEmulatorControls extends ProjectControls {
  readonly organizations: {
    /**
     * Creates an organization, with members if wanted.
     *
     * @throws {EmulatorError} `emulator_options_invalid`
     */
    create(options: NewOrganizationOptions): Promise<ApiOrganization>;
    /**
     * Changes an organization. Settings that are not given stay.
     *
     * @throws {EmulatorError} `emulator_organization_not_found`, `emulator_options_invalid`
     */
    update(organization: string, changes: OrganizationChanges): Promise<ApiOrganization>;
    /** As the API returns them, in the order of their creation. */
    list(): ApiOrganization[];
  };
  readonly members: {
    /**
     * Creates a member.
     *
     * @throws {EmulatorError} `emulator_organization_not_found`, `emulator_options_invalid`
     */
    create(options: NewMemberOptions): Promise<ApiMember>;
    /**
     * Unlocks a member who is locked because of failed attempts, as in Stytch's dashboard.
     *
     * @throws {EmulatorError} `emulator_organization_not_found`, `emulator_member_not_found`
     */
    unlock(member: MemberIdentification): Promise<void>;
    /**
     * Creates a token with which somebody signs in as a member, as in Stytch's dashboard. It is valid for five
     * minutes. Creates the member if none has the address.
     *
     * @throws {EmulatorError} `emulator_organization_not_found`, `emulator_member_not_found`, `emulator_options_invalid`
     */
    impersonate(options: MemberImpersonationOptions): Promise<CreatedMemberImpersonationToken>;
    /** The members of all organizations, or of one, as the API returns them. */
    list(filter?: { organization?: string }): ApiMember[];
  };
  /** OAuth clients that act for members. */
  readonly connectedApps: {
    /**
     * Issues an access token for a member, as if the member had given consent. Creates the member if none has the
     * address.
     *
     * @throws {EmulatorError} `emulator_organization_not_found`, `emulator_member_not_found`,
     *   `emulator_client_not_found`, `emulator_options_invalid`
     */
    issueToken(options: MemberConnectedAppTokenOptions): Promise<IssuedMemberConnectedAppToken>;
  };
  readonly sessions: {
    /**
     * Creates a session without a message, as if by magic link. Creates the member if none has the address. What the
     * organization requires of its members is not checked.
     *
     * @throws {EmulatorError} `emulator_organization_not_found`, `emulator_member_not_found`, `emulator_options_invalid`
     */
    create(options: NewMemberSessionOptions): Promise<MintedMemberSession>;
    /** The active sessions, as the API returns them. */
    list(): ApiMemberSession[];
  };
}

/** The organization that `organizations.create()` creates. */
export type NewOrganizationOptions = SeedOrganization;

/** What `organizations.update()` changes. What is not set stays. */
export interface OrganizationChanges {
  name?: string;
  slug?: string;
  /** In the API's field names, for example `{ mfa_policy: 'REQUIRED_FOR_ALL' }`. */
  settings?: Partial<OrganizationSettings>;
  /** Whether nobody can sign in, as after a suspension by Stytch. */
  suspended?: boolean;
}

/** The member that `members.create()` creates. */
export interface NewMemberOptions extends SeedMember {
  /** The id, slug or external id. */
  organization: string;
}

/** Either `email` or `memberId` is required. */
export interface MemberIdentification {
  /** The id, slug or external id. */
  organization: string;
  email?: string;
  memberId?: string;
}

/** Which member `members.impersonate()` creates a token for. */
export interface MemberImpersonationOptions extends MemberIdentification {
  /** Default: `support@example.com`. */
  impersonatorEmail?: string;
  /** The id of the impersonator in Stytch's dashboard. Default: generated. */
  impersonatorId?: string;
  /** Where the link leads. Default: the default redirect URL of the project. */
  redirectUrl?: string;
}

/** An impersonation token of a member, and the link with it. */
export interface CreatedMemberImpersonationToken {
  member_id: string;
  organization_id: string;
  token: string;
  /** The redirect URL with the token, which the dashboard opens. */
  link: string;
}

/** For which member `sessions.create()` starts a session. */
export interface NewMemberSessionOptions extends MemberIdentification {
  /** Default 60, at most 527040 (366 days). Unlike in the API, the minimum is 1. */
  durationMinutes?: number;
  customClaims?: Record<string, unknown>;
  /** Roles of the member in addition to `stytch_member`. Default: unchanged. */
  roles?: string[];
}

/** For which member and with which scopes `connectedApps.issueToken()` issues an access token. */
export interface MemberConnectedAppTokenOptions extends MemberIdentification {
  /** Default: a new app of the type `third_party_public`. */
  clientId?: string;
  /** May be empty, for tests of what refuses such tokens. */
  scopes: string[];
  /** Claims that a template would add. */
  customClaims?: Record<string, unknown>;
}

/** A new access token of a connected app, in the API's field names. */
export interface IssuedMemberConnectedAppToken extends IssuedM2MToken {
  member_id: string;
}

/** An organization as the API returns it. */
export type ApiOrganization = ReturnType<typeof organizationToWire>;
/** A member as the API returns it. */
export type ApiMember = ReturnType<typeof memberToWire>;
/** A session of a member as the API returns it. */
export type ApiMemberSession = ReturnType<typeof memberSessionToWire>;

/** A new session with its tokens, in the API's field names. */
export interface MintedMemberSession {
  member_id: string;
  organization_id: string;
  member_session_id: string;
  session_token: string;
  session_jwt: string;
  member_session: ApiMemberSession;
  member: ApiMember;
  organization: ApiOrganization;
}
