import type { LimitedLog } from '../../../events/limited-log.js';
import type { OtpChannel } from './otp-channel.js';

export interface OtpSettings {
  readonly expiresInMinutes: number;
  readonly signUp: 'allow' | 'deny';
}

/** What both steps use. */
export interface OtpContext {
  readonly channel: OtpChannel;
  readonly options: OtpSettings;
  readonly log: LimitedLog;
}
