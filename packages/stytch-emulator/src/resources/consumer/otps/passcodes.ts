import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { Entries } from '../../../project/entries.js';
import { refuse } from '../../../wire/api-error.js';
import { type Passcode } from './passcode.js';

// Expired codes are stored for a while, so that they are refused as expired instead of unknown.
const storedAfterExpirySeconds = 24 * 3600;

/** The newest passcode of each email address and phone number. */
export class Passcodes {
  readonly entries = new Entries<Passcode>(({ methodId }) => methodId);

  constructor(private readonly clock: EmulatorClock) {}

  find(methodId: string): Passcode | undefined {
    return this.entries.get(methodId);
  }

  /**
   * Stores a passcode. It replaces an earlier one of the same email address or phone number, which is wrong from
   * then on. Which error Stytch responds to it with is not documented.
   */
  create({
    expirationMinutes,
    ...passcode
  }: Omit<Passcode, 'expiresAtSeconds' | 'state'> & { expirationMinutes: number }): void {
    this.entries.set({
      ...passcode,
      expiresAtSeconds: nowSeconds(this.clock) + expirationMinutes * 60,
      state: 'pending',
    });
  }

  stateOf(passcode: Passcode): Passcode['state'] | 'expired' {
    return passcode.state === 'pending' && nowSeconds(this.clock) >= passcode.expiresAtSeconds
      ? 'expired'
      : passcode.state;
  }

  use(passcode: Passcode): void {
    this.entries.edit(passcode).state = 'used';
  }

  /** Revokes the pending passcodes of a user. */
  revokeAllOf(userId: string): void {
    for (const passcode of this.entries.all()) {
      if (passcode.userId === userId && passcode.state === 'pending') {
        this.entries.edit(passcode).state = 'revoked';
      }
    }
  }

  removeOld(): void {
    const now = nowSeconds(this.clock);
    for (const passcode of this.entries.all()) {
      if (now > passcode.expiresAtSeconds + storedAfterExpirySeconds) this.entries.delete(passcode);
    }
  }
}

export function refuseWrongCode(): never {
  return refuse(404, 'otp_code_not_found');
}

export function refuseInactiveCode(): never {
  return refuse(401, 'unable_to_auth_otp_code');
}
