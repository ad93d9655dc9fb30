import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';

const locales: readonly string[] = ['en', 'es', 'pt-br', 'fr'];

/**
 * Checks the language of an email. The emulator's emails have one language only.
 *
 * @throws {ApiError} `invalid_locale`
 */
export function checkLocale(fields: Fields): void {
  const locale = fields.string('locale');
  if (locale === undefined || locales.includes(locale)) return;
  refuse(400, 'invalid_locale', `locale must be one of ${locales.join(', ')}.`);
}
