import { randomUUID } from 'node:crypto';
import type { StartCall, StartResult } from '../../../ports/sign-in-method.js';
import type { StytchRejection } from '../../../ports/stytch-response.js';
import { methodIdOf, type OtpChannel } from './otp-channel.js';
import { requiresAccount } from '../requires-account.js';
import type { OtpContext } from './otp-context.js';

/** Has Stytch send a code, and seals the `method_id` that it is tried with. */
export async function sendCode(to: string, context: OtpContext, call: StartCall): Promise<StartResult> {
  const { channel, options } = context;
  const operation = requiresAccount(options, call) ? 'send' : 'login_or_create';
  const send = operation === 'send' ? channel.send : channel.loginOrCreate;
  // Stytch limits codes per recipient, so that a 429 says nothing about other recipients.
  const response = await call.stytch(
    `${channel.path}/${operation}`,
    (client) => send(client, to, options.expiresInMinutes),
    { isLimitedPerAddress: true },
  );
  if (response.kind === 'ok') return { kind: 'sent', sealed: methodIdOf(response.body) };
  return response.kind === 'rejected' ? resultOfRejection(response, context, call) : response;
}

function resultOfRejection(
  { errorType, requestId }: StytchRejection,
  { channel, log }: OtpContext,
  call: StartCall,
): StartResult {
  const field = channel.recipient.name;
  switch (errorType) {
    case 'invalid_email':
      return { kind: 'refused', code: 'email_invalid', field };
    case 'invalid_phone_number':
      return { kind: 'refused', code: 'phone_invalid', field };
    case 'invalid_phone_number_country_code':
      log.log(
        'warn',
        "Stytch sends no codes to a country: allow it in the project's country code allowlist.",
      );
      return { kind: 'refused', code: 'phone_country_refused', field };
  }
  if (isConfigurationError(errorType)) {
    log.log(
      'error',
      `Stytch can't send codes (${channel.path}: ${errorType}). Check the project's settings.`,
    );
    return { kind: 'refused', code: 'stytch_unavailable' };
  }
  // The account is unknown, denied or can't be reached. Neither this response nor the next may tell which.
  if (errorType !== 'email_not_found' && errorType !== 'phone_number_not_found') {
    log.log('warn', `Stytch sent no code (${channel.path}: ${errorType}, ${requestId}).`, errorType);
  }
  return { kind: 'sent', sealed: madeUpMethodId(channel, call) };
}

/** A mistake in the project's settings, which affects every recipient. */
const isConfigurationError = (errorType: string) =>
  /^country_code_allowlist_|billing|captcha|template|expiration|_not_authorized_/.test(errorType);

/** Has the form of an id of this project, so that Stytch responds to a code as to a wrong one. */
function madeUpMethodId({ idPrefix }: OtpChannel, { projectId }: StartCall): string {
  const environment = projectId.startsWith('project-live-') ? 'live' : 'test';
  return `${idPrefix}-${environment}-${randomUUID()}`;
}
