import { refuse } from '../api/api-error.js';
import { type Fields } from '../api/fields.js';
import { type Attributes, type MagicLink } from './magic-link.js';

export function attributesIn(fields: Fields): Attributes {
  const attributes = fields.fields('attributes');
  return { ipAddress: attributes?.string('ip_address'), userAgent: attributes?.string('user_agent') };
}

/**
 * What `options` demands of whoever opens the link.
 *
 * @throws {ApiError} `attribute_mismatch` where an attribute is asked to match and differs or is missing
 */
export function checkAttributes(link: MagicLink, fields: Fields): void {
  const options = fields.fields('options');
  const now = attributesIn(fields);
  const differs = (name: keyof Attributes) => now[name] === undefined || now[name] !== link.attributes[name];
  if (options?.boolean('ip_match_required') === true && differs('ipAddress')) {
    refuse('attribute_mismatch', 'The IP address is not the one the magic link was asked for from.');
  }
  if (options?.boolean('user_agent_match_required') === true && differs('userAgent')) {
    refuse('attribute_mismatch', 'The user agent is not the one the magic link was asked for with.');
  }
}
