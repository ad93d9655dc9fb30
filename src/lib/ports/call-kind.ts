/**
 * Kinds of calls to Stytch. They have separate queues and connections, so that none can take the capacity of
 * another.
 */
export type StytchCallKind = 'refresh' | 'sign_in' | 'revocation' | 'keys' | 'policy';
