import type { SignInFields } from '../../../ports/sign-in-field.js';
import type { FinishResult, StartCall } from '../../../ports/sign-in-method.js';
import { resultOfRefusedPassword } from './refused-password.js';

/**
 * Sets the password of the user who is signed in, also a first one. The session stays; Stytch revokes the
 * user's other sessions.
 */
export async function setPassword({ password = '' }: SignInFields, call: StartCall): Promise<FinishResult> {
  const response = await call.stytch('passwords/session/reset', (client) =>
    client.passwords.sessions.reset({ password, ...call.sessionParameters }),
  );
  if (response.kind !== 'rejected') return response;
  const refused = await resultOfRefusedPassword(response, password, call);
  if (refused !== undefined) return refused;
  // Stytch requires a password, an email link or an email code of the last five minutes.
  const isTooOld = response.errorType === 'session_too_old_to_reset_password';
  return { kind: 'refused', code: isTooOld ? 'step_up_required' : 'factor_not_added' };
}
