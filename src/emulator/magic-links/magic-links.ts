import { refuse } from '../api/api-error.js';
import { type EmulatorClock, nowSeconds } from '../clock.js';
import { type Identifiers } from '../identifiers.js';
import { type MagicLink } from './magic-link.js';

// Long enough that a late visitor still hears "used" or "expired" rather than "unknown".
const rememberedForSeconds = 30 * 24 * 3600;

/** The links that were sent. Several of one user can be open at the same time. */
export class MagicLinks {
  private links = new Map<string, MagicLink>();

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  all(): MagicLink[] {
    return [...this.links.values()];
  }

  restore(links: MagicLink[]): void {
    this.links = new Map(links.map((link) => [link.token, link]));
  }

  find(token: string): MagicLink | undefined {
    return this.links.get(token);
  }

  create(link: Omit<MagicLink, 'token' | 'expiresAtSeconds' | 'state'> & { lifeMinutes: number }): MagicLink {
    const { lifeMinutes, ...rest } = link;
    const created: MagicLink = {
      ...rest,
      token: this.identifiers.token(),
      expiresAtSeconds: nowSeconds(this.clock) + lifeMinutes * 60,
      state: 'pending',
    };
    this.links.set(created.token, created);
    return created;
  }

  /** @throws {ApiError} `magic_link_not_found`; `unable_to_auth_magic_link` where it was used, revoked or has expired */
  getOpen(token: string): MagicLink {
    const link = this.links.get(token);
    if (!link) return refuse('magic_link_not_found', 'There is no magic link with this token.');
    if (this.stateOf(link) !== 'pending') {
      refuse('unable_to_auth_magic_link', 'The magic link was used already, was revoked, or has expired.');
    }
    return link;
  }

  stateOf(link: MagicLink): MagicLink['state'] | 'expired' {
    return link.state === 'pending' && nowSeconds(this.clock) >= link.expiresAtSeconds
      ? 'expired'
      : link.state;
  }

  hasOpen(userId: string, kind: MagicLink['kind']): boolean {
    return this.all().some(
      (link) => link.userId === userId && link.kind === kind && this.stateOf(link) === 'pending',
    );
  }

  revokeAllOf(userId: string, kind?: MagicLink['kind']): void {
    for (const link of this.links.values()) {
      const isMeant = link.userId === userId && (kind === undefined || link.kind === kind);
      if (isMeant && link.state === 'pending') link.state = 'revoked';
    }
  }

  forgetOld(): void {
    const now = nowSeconds(this.clock);
    for (const link of this.links.values()) {
      if (now > link.expiresAtSeconds + rememberedForSeconds) this.links.delete(link.token);
    }
  }
}
