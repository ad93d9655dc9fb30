import type { ValueCheck } from '../../../options/value-checks.js';

/** A list of ISO 3166-1 alpha-2 codes. */
export const countryCodes: ValueCheck = {
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isCountryCode),
  allowed: "a list of ISO 3166-1 alpha-2 country codes, such as ['US', 'CA']",
  fix: "List the countries that codes are sent to, such as ['US', 'CA']. The United Kingdom is GB.",
};

/** Known to Unicode, but no countries with phone numbers: the European Union, the eurozone and others. */
const noCountries: ReadonlySet<string> = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);
const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

function isCountryCode(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[A-Z]{2}$/.test(value) || noCountries.has(value)) return false;
  // Unicode knows names for some codes that are no longer, or never were, in use, such as UK.
  const isCurrent = new Intl.Locale(`und-${value}`).region === value;
  return isCurrent && regionNames.of(value) !== undefined;
}
