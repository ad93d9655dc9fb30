import { type EmulatorClock } from '../../../clock.js';
import { type Identifiers } from '../../../identifiers.js';
import { refuse } from '../../../wire/api-error.js';
import { type OneTimeSecret, OneTimeSecrets } from '../../sign-in/one-time-secrets.js';
import { type DiscoveryLink, type EmailLink, type MemberLink, tokenTypes } from './email-link.js';

export type NewEmailLink = NewLink<MemberLink> | NewLink<DiscoveryLink>;

type NewLink<Link extends EmailLink> = Omit<Link, 'token' | keyof OneTimeSecret> & {
  expirationMinutes: number;
};

/** The links that were sent. A member can have several pending links. */
export class EmailLinks extends OneTimeSecrets<EmailLink> {
  constructor(
    private readonly identifiers: Identifiers,
    clock: EmulatorClock,
  ) {
    super(clock, { idOf: ({ token }) => token, storedAfterExpirySeconds: 30 * 24 * 3600 });
  }

  create({ expirationMinutes, ...link }: NewEmailLink): EmailLink {
    const created = { ...link, token: this.identifiers.token(), ...this.pendingFor(expirationMinutes) };
    this.entries.set(created);
    return created;
  }

  /**
   * A link that signs a member in.
   *
   * @throws {ApiError} `magic_link_not_found`, or `unable_to_auth_magic_link` if used, revoked or expired
   */
  getPendingMagicLink(token: string): MemberLink {
    const link = this.find(token);
    if (!link || !('memberId' in link) || tokenTypes[link.kind] !== 'multi_tenant_magic_links') {
      return refuseUnknownToken();
    }
    return this.isPending(link) ? link : refuseInactiveToken();
  }

  /** @throws {ApiError} as `getPendingMagicLink` */
  getPendingDiscovery(token: string): DiscoveryLink {
    const link = this.find(token);
    if (!link || 'memberId' in link || tokenTypes[link.kind] !== 'discovery') return refuseUnknownToken();
    return this.isPending(link) ? link : refuseInactiveToken();
  }

  /** @throws {ApiError} `unable_to_auth_password_reset_token` if unknown, used, revoked or expired */
  getPendingPasswordReset(token: string): MemberLink {
    const link = this.find(token);
    return link?.kind === 'password_reset' && this.isPending(link) ? link : refusePasswordReset();
  }

  /** @throws {ApiError} as `getPendingPasswordReset` */
  getPendingDiscoveryPasswordReset(token: string): DiscoveryLink {
    const link = this.find(token);
    return link?.kind === 'discovery_password_reset' && this.isPending(link) ? link : refusePasswordReset();
  }

  /** Revokes the pending links of a member. */
  revokeAllOf(memberId: string): void {
    this.revokeWhere((link) => 'memberId' in link && link.memberId === memberId);
  }
}

function refuseUnknownToken(): never {
  return refuse(404, 'magic_link_not_found');
}

export function refuseInactiveToken(): never {
  return refuse(401, 'unable_to_auth_magic_link');
}

function refusePasswordReset(): never {
  return refuse(
    401,
    'unable_to_auth_password_reset_token',
    'The token of the password reset is unknown, was already used, or has expired.',
  );
}
