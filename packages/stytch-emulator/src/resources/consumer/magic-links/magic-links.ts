import { type EmulatorClock } from '../../../clock.js';
import { type Identifiers } from '../../../identifiers.js';
import { refuse } from '../../../wire/api-error.js';
import { type OneTimeSecret, OneTimeSecrets } from '../../sign-in/one-time-secrets.js';
import { type MagicLink, type MagicLinkKind } from './magic-link.js';

/** The links that were created. A user can have several pending links. */
export class MagicLinks extends OneTimeSecrets<MagicLink> {
  constructor(
    private readonly identifiers: Identifiers,
    clock: EmulatorClock,
  ) {
    super(clock, { idOf: ({ token }) => token, storedAfterExpirySeconds: 30 * 24 * 3600 });
  }

  create({
    expirationMinutes,
    ...link
  }: Omit<MagicLink, 'token' | keyof OneTimeSecret> & { expirationMinutes: number }): MagicLink {
    const created = { ...link, token: this.identifiers.token(), ...this.pendingFor(expirationMinutes) };
    this.entries.set(created);
    return created;
  }

  /**
   * A link that signs in.
   *
   * @throws {ApiError} `magic_link_not_found`, or `unable_to_auth_magic_link` if used, revoked or expired
   */
  getPending(token: string): MagicLink {
    const link = this.find(token);
    if (!link || link.kind === 'password_reset') return refuseUnknownToken();
    return this.isPending(link) ? link : refuseInactiveToken();
  }

  /** @throws {ApiError} `unable_to_auth_password_reset_token` if unknown, used, revoked or expired */
  getPendingPasswordReset(token: string): MagicLink {
    const link = this.find(token);
    return link?.kind === 'password_reset' && this.isPending(link)
      ? link
      : refuse(
          401,
          'unable_to_auth_password_reset_token',
          'The token of the password reset is unknown, was already used, or has expired.',
        );
  }

  hasPending(userId: string, kind: MagicLinkKind): boolean {
    return this.entries
      .all()
      .some((link) => link.userId === userId && link.kind === kind && this.isPending(link));
  }

  /** Revokes the pending links of a user, of one kind or of all kinds. */
  revokeAllOf(userId: string, kind?: MagicLinkKind): void {
    this.revokeWhere((link) => link.userId === userId && (kind === undefined || link.kind === kind));
  }
}

export function refuseUnknownToken(): never {
  return refuse(404, 'magic_link_not_found');
}

export function refuseInactiveToken(): never {
  return refuse(401, 'unable_to_auth_magic_link');
}
