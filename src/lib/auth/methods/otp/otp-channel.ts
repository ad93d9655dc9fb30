import type { Client } from 'stytch';
import type { SignInTextField } from '../../../ports/sign-in-field.js';

/** How codes by email, SMS and WhatsApp differ. */
export interface OtpChannel {
  /** The path of its operations at Stytch. */
  readonly path: 'otps/email' | 'otps/sms' | 'otps/whatsapp';
  readonly recipient: SignInTextField;
  /** What ids of its recipients start with. */
  readonly idPrefix: 'email' | 'phone-number';
  /** Sends a code to an account, or to a new one. */
  readonly loginOrCreate: SendCode;
  /** Sends a code to an account. */
  readonly send: SendCode;
}

type SendCode = (client: Client, to: string, expiresInMinutes: number) => Promise<SentCode>;

/** Stytch's response. The id of the recipient is the `method_id` that a code is tried with. */
export type SentCode = { readonly email_id: string } | { readonly phone_id: string };

export const emailChannel: OtpChannel = {
  path: 'otps/email',
  recipient: { name: 'email', type: 'email', label: 'Email address' },
  idPrefix: 'email',
  loginOrCreate: ({ otps }, email, expiration_minutes) =>
    otps.email.loginOrCreate({ email, expiration_minutes }),
  send: ({ otps }, email, expiration_minutes) => otps.email.send({ email, expiration_minutes }),
};

/** @param countries all if undefined */
export const phoneChannel = (
  channel: 'sms' | 'whatsapp',
  countries: readonly string[] | undefined,
): OtpChannel => ({
  path: `otps/${channel}`,
  recipient: {
    name: 'phone_number',
    type: 'phone',
    label: 'Phone number',
    ...(countries !== undefined && { countries }),
  },
  idPrefix: 'phone-number',
  loginOrCreate: ({ otps }, phone_number, expiration_minutes) =>
    otps[channel].loginOrCreate({ phone_number, expiration_minutes }),
  send: ({ otps }, phone_number, expiration_minutes) =>
    otps[channel].send({ phone_number, expiration_minutes }),
});

export const methodIdOf = (sent: SentCode): string => ('email_id' in sent ? sent.email_id : sent.phone_id);
