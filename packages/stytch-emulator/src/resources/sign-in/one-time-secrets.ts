import { type EmulatorClock, nowSeconds } from '../../clock.js';
import { Entries } from '../../project/entries.js';

/** What works once until it expires: the token of a link, or a passcode. */
export interface OneTimeSecret {
  readonly expiresAtSeconds: number;
  readonly state: 'pending' | 'used' | 'revoked';
}

/** Secrets that are stored for a while after they expire, so that they are refused as expired instead of unknown. */
export class OneTimeSecrets<Secret extends OneTimeSecret> {
  readonly entries: Entries<Secret>;

  constructor(
    protected readonly clock: EmulatorClock,
    private readonly options: { idOf: (secret: Secret) => string; storedAfterExpirySeconds: number },
  ) {
    this.entries = new Entries(options.idOf);
  }

  find(id: string): Secret | undefined {
    return this.entries.get(id);
  }

  stateOf(secret: Secret): OneTimeSecret['state'] | 'expired' {
    return secret.state === 'pending' && nowSeconds(this.clock) >= secret.expiresAtSeconds
      ? 'expired'
      : secret.state;
  }

  isPending(secret: Secret): boolean {
    return this.stateOf(secret) === 'pending';
  }

  use(secret: Secret): void {
    this.change(secret, 'used');
  }

  removeOld(): void {
    const now = nowSeconds(this.clock);
    for (const secret of this.entries.all()) {
      if (now > secret.expiresAtSeconds + this.options.storedAfterExpirySeconds) this.entries.delete(secret);
    }
  }

  /** Revokes the pending secrets that match. */
  protected revokeWhere(isAffected: (secret: Secret) => boolean): void {
    for (const secret of this.entries.all()) {
      if (secret.state === 'pending' && isAffected(secret)) this.change(secret, 'revoked');
    }
  }

  /** The state of a new secret. */
  protected pendingFor(minutes: number): OneTimeSecret {
    return { expiresAtSeconds: nowSeconds(this.clock) + minutes * 60, state: 'pending' };
  }

  private change(secret: Secret, state: OneTimeSecret['state']): void {
    Object.assign(this.entries.edit(secret), { state });
  }
}
