import { refuse } from '../../wire/api-error.js';
import { type Fields } from '../../wire/fields.js';

/** The languages of emails. */
export const emailLocales: readonly string[] = ['en', 'es', 'pt-br', 'fr'];

/** The languages of text messages. */
export const phoneLocales: readonly string[] = [
  ...emailLocales,
  'it',
  'de-DE',
  'zh-Hans',
  'ca-ES',
  'ja',
  'ru',
  'nl',
  'pl',
  'tr',
  'fa',
  'vi',
  'cs',
];

/**
 * Checks the language of a message. The emulator's messages have one language only.
 *
 * @throws {ApiError} `invalid_locale`
 */
export function checkLocale(fields: Fields, locales = emailLocales): void {
  const locale = fields.string('locale');
  if (locale === undefined || locales.includes(locale)) return;
  refuse(400, 'invalid_locale');
}
