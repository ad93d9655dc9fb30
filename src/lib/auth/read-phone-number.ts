import type { RefusalCode } from '../errors/refusal.js';

type PhoneProblem = Extract<RefusalCode, 'phone_missing' | 'phone_invalid' | 'phone_country_refused'>;

export type PhoneNumberResult =
  /** In E.164 format. */
  | { readonly kind: 'valid'; readonly value: string }
  | { readonly kind: 'invalid'; readonly code: PhoneProblem };

/** Longer than any number with separators, so that the parser reads no long text. */
const maxLength = 40;

/**
 * Reads a phone number with a country code. Without one, it is read as a number of the only accepted country.
 *
 * @param countries ISO 3166-1 alpha-2; all if omitted
 */
export async function readPhoneNumber(
  value: unknown,
  countries?: readonly string[],
): Promise<PhoneNumberResult> {
  if (value === undefined || value === null || value === '') return invalid('phone_missing');
  if (typeof value !== 'string' || value.length > maxLength) return invalid('phone_invalid');
  // Loaded when the first number arrives: most applications use no phone numbers.
  const { parsePhoneNumber } = await import('awesome-phonenumber');
  const [onlyCountry] = countries?.length === 1 ? countries : [];
  // Some keyboards enter fullwidth digits.
  const text = value.normalize('NFKC').trim();
  const parsed = parsePhoneNumber(text, onlyCountry === undefined ? {} : { regionCode: onlyCountry });
  if (!parsed.possible || parsed.number === undefined) return invalid('phone_invalid');
  // Countries share calling codes: the Dominican Republic has +1 as well.
  if (countries !== undefined && !countries.includes(parsed.regionCode ?? ''))
    return invalid('phone_country_refused');
  return { kind: 'valid', value: parsed.number.e164 };
}

const invalid = (code: PhoneProblem): PhoneNumberResult => ({ kind: 'invalid', code });
