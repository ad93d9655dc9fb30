import { type EmailDetail, type EmailDetailOnWire, emailDetailToWire } from './email-detail.js';

/** A one-time passcode that was sent to an email address or to a phone number. */
export type OtpFactor =
  // A code by email has another type in B2B projects.
  | { readonly type: 'email_otp'; readonly deliveryMethod: 'email'; readonly email: EmailDetail }
  | { readonly type: 'otp'; readonly deliveryMethod: 'email'; readonly email: EmailDetail }
  | { readonly type: 'otp'; readonly deliveryMethod: 'sms' | 'whatsapp'; readonly phone: PhoneDetail };

interface PhoneDetail {
  readonly phoneId: string;
  readonly phoneNumber: string;
}

export function phoneDetail({ phoneId, phoneNumber }: PhoneDetail): PhoneDetail {
  return { phoneId, phoneNumber };
}

export interface OtpDetails extends EmailDetailOnWire {
  phone_number_factor?: { phone_id: string; phone_number: string };
}

export function otpDetails(factor: OtpFactor): OtpDetails {
  if (factor.deliveryMethod === 'email') return emailDetailToWire(factor.email);
  const { phoneId, phoneNumber } = factor.phone;
  return { phone_number_factor: { phone_id: phoneId, phone_number: phoneNumber } };
}
