import { refuse } from '../../../wire/api-error.js';

/** The error types of a list of domains. */
export interface DomainErrors {
  invalid: string;
  tooCommon: string;
  duplicate?: string;
}

/** Anybody can have an address of these domains. Stytch's list is longer. */
const commonDomains: ReadonlySet<string> = new Set([
  'aol.com',
  'gmail.com',
  'gmx.com',
  'hotmail.com',
  'icloud.com',
  'live.com',
  'mail.com',
  'me.com',
  'msn.com',
  'outlook.com',
  'proton.me',
  'protonmail.com',
  'yahoo.com',
]);

export function isCommonDomain(domain: string): boolean {
  return commonDomains.has(domain);
}

/** @returns the domains in lower case */
export function checkDomains(domains: string[] | undefined, errors: DomainErrors): string[] | undefined {
  if (domains === undefined) return undefined;
  const checked = domains.map((domain) => checkDomain(domain.toLowerCase(), errors));
  if (errors.duplicate !== undefined && new Set(checked).size < checked.length) {
    refuse(400, errors.duplicate, 'A domain is in the list more than once.');
  }
  return checked;
}

function checkDomain(domain: string, { invalid, tooCommon }: DomainErrors): string {
  if (!/^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)+$/.test(domain) || domain.length > 253) {
    refuse(400, invalid, `"${domain}" is not a domain.`);
  }
  if (isCommonDomain(domain)) refuse(400, tooCommon, `Anybody can have an address of ${domain}.`);
  return domain;
}
