import { refuse } from '../../wire/api-error.js';
import { type Fields } from '../../wire/fields.js';

/** @throws {ApiError} `invalid_code` unless the code has 6 digits */
export function readCode(fields: Fields): string {
  const code = fields.string('code') ?? '';
  return /^\d{6}$/.test(code) ? code : refuse(400, 'invalid_code');
}

export function refuseWrongCode(): never {
  return refuse(404, 'otp_code_not_found');
}

export function refuseInactiveCode(): never {
  return refuse(401, 'unable_to_auth_otp_code');
}
