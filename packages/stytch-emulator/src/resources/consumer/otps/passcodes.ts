import { type EmulatorClock } from '../../../clock.js';
import { type OneTimeSecret, OneTimeSecrets } from '../../sign-in/one-time-secrets.js';
import { type Passcode } from './passcode.js';

/** The newest passcode of each email address and phone number. */
export class Passcodes extends OneTimeSecrets<Passcode> {
  constructor(clock: EmulatorClock) {
    super(clock, { idOf: ({ methodId }) => methodId, storedAfterExpirySeconds: 24 * 3600 });
  }

  /**
   * Stores a passcode. It replaces an earlier one of the same email address or phone number, which is wrong from
   * then on. Which error Stytch responds to it with is not documented.
   */
  create({
    expirationMinutes,
    ...passcode
  }: Omit<Passcode, keyof OneTimeSecret> & { expirationMinutes: number }): void {
    this.entries.set({ ...passcode, ...this.pendingFor(expirationMinutes) });
  }

  /** Revokes the pending passcodes of a user. */
  revokeAllOf(userId: string): void {
    this.revokeWhere((passcode) => passcode.userId === userId);
  }
}
