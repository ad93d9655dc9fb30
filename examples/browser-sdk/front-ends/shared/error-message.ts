const messages: Record<string, string> = {
  otp_code_not_found: 'This code is incorrect or has expired.',
  unable_to_auth_otp_code: 'This code is incorrect or has expired.',
  unauthorized_credentials: 'The email address or the password is incorrect.',
  email_not_found: 'The email address or the password is incorrect.',
  duplicate_email: 'There is an account with this address already. Sign in, or reset the password.',
  weak_password: 'This password is too easy to guess. Please choose a longer one.',
  breached_password: 'This password is known from a data breach. Please choose another one.',
  reset_password: 'This password was reset. Choose “Forgot your password?” to set a new one.',
  no_user_password: 'This account has no password. Choose “Forgot your password?” to set one.',
  user_lock_limit_reached: 'Too many attempts. Please try again in an hour.',
  unable_to_auth_magic_link: 'This link has expired or was used already. Please request a new one.',
  magic_link_not_found: 'This link has expired or was used already. Please request a new one.',
  oauth_token_not_found: 'This sign-in has expired. Please try again.',
  pkce_mismatch: 'Please open the link in the browser in which you requested it.',
  pkce_expected_code_verifier: 'Please open the link in the browser in which you requested it.',
  invalid_email: 'Please enter a valid email address.',
};

/** What to tell a person about an error of Stytch, of the API, or of the network. */
export function errorMessage(error: unknown): string {
  const { error_type, error_message } = error as { error_type?: string; error_message?: string };
  const known = error_type === undefined ? undefined : messages[error_type];
  if (known !== undefined) return known;
  if (error_message !== undefined) return error_message;
  if (error instanceof TypeError) return 'The server can’t be reached. Please try again.';
  return error instanceof Error ? error.message : String(error);
}
