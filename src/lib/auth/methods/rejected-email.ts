import { Logger } from '@nestjs/common';
import type { StartCall, StartResult } from '../../ports/sign-in-method.js';
import type { StytchRejection } from '../../ports/stytch-response.js';

/** The result of a start if Stytch rejects sending the email. Unless the address is malformed, it doesn't tell. */
export function resultOfRejectedEmail(response: StytchRejection, { callbackUrl }: StartCall): StartResult {
  if (response.errorType === 'invalid_email')
    return { kind: 'refused', code: 'email_invalid', field: 'email' };
  const logger = new Logger('Stytch');
  if (isConfigurationError(response)) {
    logger.error(
      `Stytch rejected the redirect URL (${response.errorType}). Register ${callbackUrl} for login, sign-up and, with passwords(), reset password.`,
    );
    return { kind: 'refused', code: 'stytch_unavailable' };
  }
  // The account is unknown, denied or inactive. The response must not tell which.
  if (response.errorType !== 'email_not_found') {
    logger.warn(`Stytch sent no link (${response.errorType}, ${response.requestId}).`);
  }
  return { kind: 'sent' };
}

/** A mistake in our configuration: an unregistered URL, or an expiration that Stytch does not allow. */
const isConfigurationError = ({ errorType }: StytchRejection) =>
  /_url|redirect|expiration|query_params|code_challenge/.test(errorType);
