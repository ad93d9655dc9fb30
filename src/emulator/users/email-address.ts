import { refuse } from '../api/api-error.js';

/** @throws {ApiError} `invalid_email` where it is missing or cannot be an address */
export function checkedEmailAddress(address: string | undefined): string {
  if (address !== undefined && isEmailAddress(address)) return address;
  return refuse('invalid_email', 'email must be an email address.');
}

export function isEmailAddress(address: string): boolean {
  return (
    address.length <= 254 &&
    /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"/]+\.[^\s@<>()[\]\\,;:"/.]{2,}$/.test(address)
  );
}
