import type { SignInCall } from '../../lib/index.js';

/** The session parameters of operations that exchange one session for another. */
export const sessionLengthOf = ({
  sessionParameters: { session_duration_minutes, session_custom_claims },
}: Pick<SignInCall, 'sessionParameters'>) => ({
  session_duration_minutes,
  ...(session_custom_claims && { session_custom_claims: { ...session_custom_claims } }),
});
