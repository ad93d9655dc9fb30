/** How a person signed in, for `onSignIn`. */
export interface SignInDetails {
  /** The name of the method, for example `magic-link` or `oauth`. */
  readonly method: string;
  /**
   * The user's email addresses that Stytch has verified, in its order. `session.email` is the one that this
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
