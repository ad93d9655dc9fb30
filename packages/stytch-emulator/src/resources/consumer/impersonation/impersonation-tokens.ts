import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { type Identifiers } from '../../../identifiers.js';
import { Entries } from '../../../project/entries.js';
import { refuse } from '../../../wire/api-error.js';
import { type ImpersonationToken } from './impersonation-token.js';

const tokenSeconds = 5 * 60;

/** The tokens that were issued. A token is deleted when it is used or has expired. */
export class ImpersonationTokens {
  readonly entries = new Entries<ImpersonationToken>(({ token }) => token);

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  issue(content: Omit<ImpersonationToken, 'token' | 'expiresAtSeconds'>): string {
    const token = this.identifiers.token();
    this.entries.set({ ...content, token, expiresAtSeconds: nowSeconds(this.clock) + tokenSeconds });
    return token;
  }

  /** @throws {ApiError} `unable_to_auth_impersonation_token` if unknown, used or expired */
  use(token: string): ImpersonationToken {
    const found = this.entries.get(token);
    if (!found || nowSeconds(this.clock) >= found.expiresAtSeconds) {
      return refuse(
        401,
        'unable_to_auth_impersonation_token',
        'The impersonation token is unknown, was used, or has expired.',
      );
    }
    this.entries.delete(found);
    return found;
  }

  deleteAllOf(userId: string): void {
    for (const token of this.entries.all()) if (token.userId === userId) this.entries.delete(token);
  }

  removeExpired(): void {
    const now = nowSeconds(this.clock);
    for (const token of this.entries.all()) if (now >= token.expiresAtSeconds) this.entries.delete(token);
  }
}
