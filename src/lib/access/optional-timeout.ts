/** How long a handler with `@OptionalSession()` waits for Stytch. */
export const optionalTimeoutMs = 500;
