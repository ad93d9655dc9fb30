import { refuse } from '../wire/api-error.js';

/** @throws {ApiError} `invalid_phone_number` if the number is missing or malformed */
export function requirePhoneNumber(phoneNumber: string | undefined): string {
  if (phoneNumber !== undefined && /^\+[1-9]\d{6,14}$/.test(phoneNumber)) return phoneNumber;
  return refuse(400, 'invalid_phone_number');
}
