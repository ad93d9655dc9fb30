import type { SignInCall } from '../../ports/sign-in-method.js';

/**
 * Whether something may only be sent to accounts that exist, so that no response may tell which do. Also for
 * a factor that is added to a session: a new account can't be that of the session.
 */
export const requiresAccount = (
  { signUp }: { readonly signUp: 'allow' | 'deny' },
  { sessionParameters }: SignInCall,
): boolean => signUp === 'deny' || sessionParameters.session_jwt !== undefined;
