import type { LimitedLog } from '../../../events/limited-log.js';
import type { SignInCall } from '../../../ports/sign-in-method.js';
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

/**
 * Whether a code may only be sent to accounts that exist, so that no response may tell which do. Also for a
 * factor that is added to a session: a new account can't be that of the session.
 */
export const requiresAccount = ({ options }: OtpContext, { sessionParameters }: SignInCall): boolean =>
  options.signUp === 'deny' || sessionParameters.session_jwt !== undefined;
