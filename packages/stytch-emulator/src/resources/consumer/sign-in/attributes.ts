import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';

/** The client that made a request, as the application reports it. */
export interface Attributes {
  ipAddress: string | undefined;
  userAgent: string | undefined;
}

export function readAttributes(fields: Fields): Attributes {
  const attributes = fields.fields('attributes');
  return { ipAddress: attributes?.string('ip_address'), userAgent: attributes?.string('user_agent') };
}

/**
 * Enforces `options.ip_match_required` and `options.user_agent_match_required`.
 *
 * @param original the attributes of the request that started the sign-in
 * @throws {ApiError} `attribute_mismatch` if a required attribute differs or is missing
 */
export function checkAttributes(original: Partial<Attributes>, fields: Fields): void {
  const options = fields.fields('options');
  const current = readAttributes(fields);
  const differs = (name: keyof Attributes) => current[name] === undefined || current[name] !== original[name];
  if (options?.boolean('ip_match_required') === true && differs('ipAddress')) {
    refuse(401, 'attribute_mismatch');
  }
  if (options?.boolean('user_agent_match_required') === true && differs('userAgent')) {
    refuse(401, 'attribute_mismatch');
  }
}
