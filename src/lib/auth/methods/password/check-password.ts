import { Logger } from '@nestjs/common';
import type { SignInFields } from '../../../ports/sign-in-field.js';
import type { RefusedResult, StartCall, StartResult } from '../../../ports/sign-in-method.js';
import type { StytchRejection } from '../../../ports/stytch-response.js';

/**
 * Signs in with an email address and a password. Everything that depends on whether the user exists has one
 * response; also for a locked user, because only a user can be locked.
 */
export async function checkPassword(
  { email = '', password = '' }: SignInFields,
  call: StartCall,
): Promise<StartResult> {
  const response = await call.stytch(
    'passwords/authenticate',
    (client) => client.passwords.authenticate({ email, password, ...call.sessionParameters }),
    { isLimitedPerAddress: true, checksPassword: true },
  );
  return response.kind === 'rejected' ? refuse(response) : response;
}

/** What Stytch says of unknown and locked users, and of wrong passwords. */
const incorrect: ReadonlySet<string> = new Set([
  'email_not_found',
  'user_not_found',
  'no_user_password',
  'password_not_found',
  'password_does_not_match',
  'unauthorized_credentials',
  'user_lock_limit_reached',
]);

function refuse({ errorType, requestId }: StytchRejection): RefusedResult {
  switch (errorType) {
    case 'invalid_email':
      return { kind: 'refused', code: 'email_invalid', field: 'email' };
    // Only with the right password.
    case 'reset_password':
    case 'breached_password':
      return { kind: 'refused', code: 'password_reset_required', field: 'password' };
    case 'user_id_mismatch':
      return { kind: 'refused', code: 'factor_not_added' };
  }
  if (!incorrect.has(errorType)) {
    new Logger('Stytch').warn(`Stytch rejected a password (${errorType}, ${requestId}).`);
  }
  return { kind: 'refused', code: 'credentials_incorrect', field: 'password' };
}
