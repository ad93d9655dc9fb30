import { type Fields } from '../../../wire/fields.js';
import { checkExpirationMinutes } from '../../sign-in/expiration-minutes.js';
import { type B2B } from '../b2b.js';

/** The expiration of a reset link, and of the link beside it. */
export function readResetExpiration(fields: Fields): number {
  return checkExpirationMinutes(fields.integer('reset_password_expiration_minutes'), {
    defaultMinutes: 30,
    minMinutes: 5,
    maxMinutes: 7 * 24 * 60,
  });
}

/** @throws {ApiError} `invalid_password_reset_redirect_url`, `redirect_url_not_found`, `no_password_reset_redirect_url` */
export function readResetRedirectUrl({ redirectUrls }: B2B, fields: Fields): string {
  return redirectUrls.resolve(fields.string('reset_password_redirect_url'), {
    name: 'reset_password_redirect_url',
    invalid: 'invalid_password_reset_redirect_url',
    notAllowed: 'redirect_url_not_found',
    noDefault: 'no_password_reset_redirect_url',
  });
}

export const resetEmail = {
  type: 'password_reset',
  label: 'Password reset',
  text: 'Someone asked to reset your password. Use the button to choose a new one.',
  action: 'Reset password',
};
