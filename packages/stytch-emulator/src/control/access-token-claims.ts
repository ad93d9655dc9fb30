import { EmulatorError } from '../emulator-error.js';
import { mergeClaims } from '../resources/sessions/custom-claims.js';

/**
 * Checks the custom claims of an access token, by the rules for session JWTs.
 *
 * @throws {EmulatorError} `emulator_options_invalid`
 * @throws {ApiError} the errors of `mergeClaims`
 */
export function checkAccessTokenClaims(claims: Record<string, unknown> = {}): Record<string, unknown> {
  if ('scope' in claims || 'client_id' in claims) {
    throw new EmulatorError(
      'emulator_options_invalid',
      'Custom claims must not be named scope or client_id.',
    );
  }
  return mergeClaims({}, claims);
}
