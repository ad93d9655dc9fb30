import { type Fields } from '../../../wire/fields.js';
import { checkExpirationMinutes } from '../../sign-in/expiration-minutes.js';
import { type B2B } from '../b2b.js';

type RequestedLinkKind = 'login' | 'signup' | 'invite' | 'discovery';

const limits = { minMinutes: 5, maxMinutes: 7 * 24 * 60 };

const defaultMinutes: Record<RequestedLinkKind, number> = {
  login: 60,
  signup: 60,
  invite: 7 * 24 * 60,
  discovery: 60,
};

/**
 * Reads the redirect URL and the expiration for one kind of link.
 *
 * @throws {ApiError} `invalid_<kind>_redirect_url`, `no_match_for_provided_magic_link_url`,
 *   `no_<kind>_redirect_urls_set`, `invalid_expiration`
 */
export function readLinkOptions({ redirectUrls }: B2B, fields: Fields, kind: RequestedLinkKind) {
  const name = `${kind}_redirect_url`;
  return {
    redirectUrl: redirectUrls.resolve(fields.string(name), {
      name,
      invalid: `invalid_${name}`,
      notAllowed: 'no_match_for_provided_magic_link_url',
      noDefault: `no_${kind}_redirect_urls_set`,
    }),
    expirationMinutes: checkExpirationMinutes(fields.integer(`${kind}_expiration_minutes`), {
      ...limits,
      defaultMinutes: defaultMinutes[kind],
    }),
  };
}
