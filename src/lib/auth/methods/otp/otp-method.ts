import type { StytchOptionProblem } from '../../../errors/stytch-options.error.js';
import { LimitedLog } from '../../../events/limited-log.js';
import { systemClock } from '../../../options/system-clock.js';
import type { SignInMethod } from '../../../ports/sign-in-method.js';
import { authenticateCode } from './authenticate-code.js';
import type { OtpChannel } from './otp-channel.js';
import type { OtpSettings } from './otp-context.js';
import { sendCode } from './send-code.js';

export interface OtpMethodSettings {
  readonly name: string;
  readonly channel: OtpChannel;
  /** The button of the form that asks for the recipient. */
  readonly button: string;
  readonly options: OtpSettings;
  readonly findProblems: () => readonly StytchOptionProblem[];
}

/** Signing in with a code that is sent by email, SMS or WhatsApp. */
export function otpMethod({ name, channel, button, options, findProblems }: OtpMethodSettings): SignInMethod {
  const { recipient } = channel;
  const context = { channel, options, log: new LimitedLog(systemClock) };
  return {
    name,
    expiresInMinutes: options.expiresInMinutes,
    start: {
      fields: [recipient],
      button,
      run: (fields, call) => sendCode(fields[recipient.name] ?? '', context, call),
    },
    finish: {
      fields: [{ name: 'code', type: 'code', label: 'Code' }],
      button: 'Sign in',
      run: ({ code = '' }, call) => authenticateCode(code, context, call),
    },
    findProblems,
  };
}
