import { isObject, type Writable } from './claims.js';
import type { Impersonator } from './session.js';

/** Who impersonates the user of a session, read from its factors; `undefined` if nobody does. */
export function readImpersonator(factors: unknown): Impersonator | undefined {
  if (!Array.isArray(factors)) return undefined;
  const factor: unknown = factors.find((one) => isObject(one) && one['type'] === 'impersonated');
  if (!isObject(factor)) return undefined;
  const impersonator: Writable<Impersonator> = {};
  const details = factor['impersonated_factor'];
  if (isObject(details)) {
    const { impersonator_id: id, impersonator_email_address: emailAddress } = details;
    if (typeof id === 'string') impersonator.id = id;
    if (typeof emailAddress === 'string') impersonator.emailAddress = emailAddress;
  }
  return Object.freeze(impersonator);
}
