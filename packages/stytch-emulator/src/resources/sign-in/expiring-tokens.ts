import { type EmulatorClock, nowSeconds } from '../../clock.js';
import { type Identifiers } from '../../identifiers.js';
import { Entries } from '../../project/entries.js';

export interface ExpiringToken {
  readonly token: string;
  readonly expiresAtSeconds: number;
}

// Some tokens are created without authentication. The oldest ones are deleted.
const maxTokens = 1000;

/** Tokens that are deleted when they are used or have expired. */
export class ExpiringTokens<Token extends ExpiringToken> {
  readonly entries = new Entries<Token>(({ token }) => token);

  constructor(
    protected readonly identifiers: Identifiers,
    protected readonly clock: EmulatorClock,
  ) {}

  find(token: string): Token | undefined {
    const found = this.entries.get(token);
    return found && this.isValid(found) ? found : undefined;
  }

  use(token: Token): void {
    this.entries.delete(token);
  }

  removeExpired(): void {
    this.deleteWhere((token) => !this.isValid(token));
  }

  protected deleteWhere(isUnwanted: (token: Token) => boolean): void {
    for (const token of this.entries.all()) if (isUnwanted(token)) this.entries.delete(token);
  }

  protected newToken(lifetimeSeconds: number): ExpiringToken {
    return {
      token: this.identifiers.token(),
      expiresAtSeconds: nowSeconds(this.clock) + lifetimeSeconds,
    };
  }

  protected add(token: Token): Token {
    this.entries.set(token);
    for (const oldest of this.entries.all().slice(0, -maxTokens)) this.entries.delete(oldest);
    return token;
  }

  private isValid({ expiresAtSeconds }: Token): boolean {
    return nowSeconds(this.clock) < expiresAtSeconds;
  }
}
