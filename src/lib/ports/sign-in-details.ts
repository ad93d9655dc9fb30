/** How a person signed in, for `onSignIn`. */
export interface SignInDetails {
  /**
   * The name of the method, for example `magic-link` or `oauth`. In B2B projects also `discovery`, if the person
   * chose or created the organization, and `switch`, if they came from a session in another one.
   */
  readonly method: string;
  /**
   * The email addresses of the user or the member that Stytch has verified, in its order. `session.email` is the one that this
   * session proves, and therefore absent after OAuth or a password.
   */
  readonly verifiedEmails: readonly string[];
  /**
   * Stytch's `provider_values` of an OAuth sign-in: `access_token`, `refresh_token`, `id_token`, `scopes`,
   * `expires_at`. Store what you need: the package keeps nothing of it. Not enumerable, so that no log
   * contains it.
   */
  readonly providerValues?: Readonly<Record<string, unknown>>;
}
