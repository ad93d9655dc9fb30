import { type Member } from '../members/member.js';
import { type MissingFactors } from './sign-in-requirements.js';

/** Whether a member can be signed in, and what is missing, as the API returns it. */
export function requirementsToWire({ primary, second }: MissingFactors, member: Member | null) {
  return {
    member_authenticated: primary === null && !second,
    primary_required: primary && { allowed_auth_methods: primary },
    mfa_required: second ? mfaRequired(member?.mfaPhoneNumber ?? '') : null,
  };
}

/** Second factors are not emulated: no passcode is sent to the phone number. */
function mfaRequired(phoneNumber: string) {
  return {
    member_options: phoneNumber === '' ? null : { mfa_phone_number: phoneNumber, totp_registration_id: '' },
    secondary_auth_initiated: null,
  };
}
