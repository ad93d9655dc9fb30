import { refuse } from '../wire/api-error.js';

/** @throws {ApiError} `invalid_email` if the address is missing or malformed */
export function requireEmailAddress(address: string | undefined): string {
  if (address !== undefined && isEmailAddress(address)) return address;
  return refuse(400, 'invalid_email');
}

export function isEmailAddress(address: string): boolean {
  return (
    address.length <= 254 &&
    /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"/]+\.[^\s@<>()[\]\\,;:"/.]{2,}$/.test(address)
  );
}

export function isSameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The domain of an email address, in lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
