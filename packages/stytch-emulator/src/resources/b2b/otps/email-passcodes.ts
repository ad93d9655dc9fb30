import { type EmulatorClock } from '../../../clock.js';
import { type OneTimeSecret, OneTimeSecrets } from '../../sign-in/one-time-secrets.js';
import { type EmailPasscode } from './email-passcode.js';

/** The newest passcode of each email address. */
export class EmailPasscodes extends OneTimeSecrets<EmailPasscode> {
  constructor(clock: EmulatorClock) {
    super(clock, { idOf: ({ emailAddress }) => keyOf(emailAddress), storedAfterExpirySeconds: 24 * 3600 });
  }

  findByAddress(emailAddress: string): EmailPasscode | undefined {
    return this.find(keyOf(emailAddress));
  }

  /** Stores a passcode. It replaces an earlier one of the same address, also of another organization. */
  create({
    expirationMinutes,
    ...passcode
  }: Omit<EmailPasscode, keyof OneTimeSecret> & { expirationMinutes: number }): void {
    this.entries.set({ ...passcode, ...this.pendingFor(expirationMinutes) });
  }

  /** Revokes the pending passcode of a member. */
  revokeAllOf(memberId: string): void {
    this.revokeWhere((passcode) => passcode.memberId === memberId);
  }
}

function keyOf(emailAddress: string): string {
  return emailAddress.toLowerCase();
}
