import type { SignInFields } from '../../../ports/sign-in-field.js';
import type { FinishCall, FinishResult, StartCall, StartResult } from '../../../ports/sign-in-method.js';
import { codeOfRejectedLink } from '../magic-link/authenticate-link.js';
import { resultOfRejectedEmail } from '../rejected-email.js';
import { resultOfRefusedPassword } from './refused-password.js';

export interface ResetSettings {
  readonly resetBinding: 'same-browser' | 'any-browser';
  readonly resetExpiresInMinutes: number;
}

/** Has Stytch email a link for a new password. The result is the same if there is no such user. */
export async function requestReset(
  { email = '' }: SignInFields,
  { resetBinding, resetExpiresInMinutes }: ResetSettings,
  call: StartCall,
): Promise<StartResult> {
  const response = await call.stytch(
    'passwords/email/reset/start',
    (client) =>
      client.passwords.email.resetStart({
        email,
        reset_password_redirect_url: call.callbackUrl,
        reset_password_expiration_minutes: resetExpiresInMinutes,
        // The email also has a link that signs in without a new password.
        login_redirect_url: call.callbackUrl,
        ...(resetBinding === 'same-browser' && { code_challenge: call.codeChallenge }),
      }),
    { isLimitedPerAddress: true },
  );
  if (response.kind === 'rejected') return resultOfRejectedEmail(response, call);
  return response.kind === 'ok' ? { kind: 'sent' } : response;
}

/** Sets the new password and signs in. Stytch revokes all other sessions of the user. */
export async function resetPassword(
  token: string,
  { password = '' }: SignInFields,
  call: FinishCall,
): Promise<FinishResult> {
  const { codeVerifier, sessionParameters } = call;
  const response = await call.stytch('passwords/email/reset', (client) =>
    client.passwords.email.reset({
      token,
      password,
      ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
      ...sessionParameters,
    }),
  );
  if (response.kind !== 'rejected') return response;
  const refused = await resultOfRefusedPassword(response, password, call);
  if (refused !== undefined) return refused;
  return { kind: 'refused', code: codeOfRejectedLink(response) };
}
