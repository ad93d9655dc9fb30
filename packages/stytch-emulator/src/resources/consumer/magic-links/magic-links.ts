import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { type Identifiers } from '../../../identifiers.js';
import { Entries } from '../../../project/entries.js';
import { refuse } from '../../../wire/api-error.js';
import { type MagicLink, type MagicLinkKind } from './magic-link.js';

// Expired links are stored for a while, so that their tokens are refused as expired instead of unknown.
const storedAfterExpirySeconds = 30 * 24 * 3600;

/** The links that were created. A user can have several pending links. */
export class MagicLinks {
  readonly entries = new Entries<MagicLink>(({ token }) => token);

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  find(token: string): MagicLink | undefined {
    return this.entries.get(token);
  }

  create(
    link: Omit<MagicLink, 'token' | 'expiresAtSeconds' | 'state'> & { expirationMinutes: number },
  ): MagicLink {
    const { expirationMinutes, ...rest } = link;
    const created: MagicLink = {
      ...rest,
      token: this.identifiers.token(),
      expiresAtSeconds: nowSeconds(this.clock) + expirationMinutes * 60,
      state: 'pending',
    };
    this.entries.set(created);
    return created;
  }

  /**
   * A link that signs in.
   *
   * @throws {ApiError} `magic_link_not_found`, or `unable_to_auth_magic_link` if used, revoked or expired
   */
  getPending(token: string): MagicLink {
    const link = this.entries.get(token);
    if (!link || link.kind === 'password_reset') return refuseUnknownToken();
    return this.stateOf(link) === 'pending' ? link : refuseInactiveToken();
  }

  /** @throws {ApiError} `unable_to_auth_password_reset_token` if unknown, used, revoked or expired */
  getPendingPasswordReset(token: string): MagicLink {
    const link = this.entries.get(token);
    return link?.kind === 'password_reset' && this.stateOf(link) === 'pending'
      ? link
      : refuse(
          401,
          'unable_to_auth_password_reset_token',
          'The token of the password reset is unknown, was already used, or has expired.',
        );
  }

  use(link: MagicLink): void {
    this.entries.edit(link).state = 'used';
  }

  stateOf(link: MagicLink): MagicLink['state'] | 'expired' {
    return link.state === 'pending' && nowSeconds(this.clock) >= link.expiresAtSeconds
      ? 'expired'
      : link.state;
  }

  hasPending(userId: string, kind: MagicLinkKind): boolean {
    return this.entries
      .all()
      .some((link) => link.userId === userId && link.kind === kind && this.stateOf(link) === 'pending');
  }

  /** Revokes the pending links of a user, of one kind or of all kinds. */
  revokeAllOf(userId: string, kind?: MagicLinkKind): void {
    for (const link of this.entries.all()) {
      const isAffected = link.userId === userId && (kind === undefined || link.kind === kind);
      if (isAffected && link.state === 'pending') this.entries.edit(link).state = 'revoked';
    }
  }

  removeOld(): void {
    const now = nowSeconds(this.clock);
    for (const link of this.entries.all()) {
      if (now > link.expiresAtSeconds + storedAfterExpirySeconds) this.entries.delete(link);
    }
  }
}

export function refuseUnknownToken(): never {
  return refuse(404, 'magic_link_not_found');
}

export function refuseInactiveToken(): never {
  return refuse(401, 'unable_to_auth_magic_link');
}
