import { checkFactoryOptions } from '../../../options/check-options.js';
import { withDefaults } from '../../../options/option-definition.js';
import type { SignInMethod } from '../../../ports/sign-in-method.js';
import { emailChannel, phoneChannel } from './otp-channel.js';
import { otpMethod } from './otp-method.js';
import {
  emailOtpOptions,
  smsOtpOptions,
  whatsappOtpOptions,
  type StytchEmailOtpOptions,
  type StytchSmsOtpOptions,
  type StytchWhatsappOtpOptions,
} from './otp.options.js';

/** Signing in with a code that is sent by email. */
export function emailOtp(options?: StytchEmailOtpOptions): SignInMethod {
  return otpMethod({
    name: 'email-otp',
    channel: emailChannel,
    button: 'Email me a code',
    options: withDefaults(options, emailOtpOptions),
    findProblems: () => checkFactoryOptions(options, emailOtpOptions),
  });
}

/**
 * Signing in with a code that is sent by SMS.
 *
 * @example
 * ```ts
 * const methods = [smsOtp({ countries: ['US', 'CA'] })];
 * ```
 */
export function smsOtp(options: StytchSmsOtpOptions): SignInMethod {
  const resolved = withDefaults(options, smsOtpOptions);
  return otpMethod({
    name: 'sms-otp',
    channel: phoneChannel('sms', resolved.countries),
    button: 'Text me a code',
    options: resolved,
    findProblems: () => checkFactoryOptions(options, smsOtpOptions),
  });
}

/** Signing in with a code that is sent by WhatsApp. */
export function whatsappOtp(options?: StytchWhatsappOtpOptions): SignInMethod {
  const resolved = withDefaults(options, whatsappOtpOptions);
  return otpMethod({
    name: 'whatsapp-otp',
    channel: phoneChannel('whatsapp', resolved.countries),
    button: 'Send me a code on WhatsApp',
    options: resolved,
    findProblems: () => checkFactoryOptions(options, whatsappOtpOptions),
  });
}
