import type { RefusalCode } from 'nestjs-stytch';

export interface RefusalBody {
  statusCode: number;
  error: string;
  message: string;
  code: RefusalCode;
}

const refusals: Record<RefusalCode, readonly [statusCode: number, error: string, message: string]> = {
  session_missing: [401, 'Unauthorized', 'Sign in to continue.'],
  session_expired: [401, 'Unauthorized', 'Your session has expired. Please sign in again.'],
  session_invalid: [
    401,
    'Unauthorized',
    "Your session isn't valid for this application. Please sign in again.",
  ],
  session_revoked: [401, 'Unauthorized', 'You have been signed out. Please sign in again.'],
  session_ambiguous: [401, 'Unauthorized', 'Your browser sent more than one session. Please sign in again.'],
  session_not_accepted: [
    401,
    'Unauthorized',
    "You aren't signed in to this application yet. Sign in to continue.",
  ],
  session_suspended: [
    401,
    'Unauthorized',
    'Access to your organization is suspended at the moment. Please contact its administrator.',
  ],
  token_missing: [
    401,
    'Unauthorized',
    'A bearer token is required. Over HTTP, send it in the Authorization header: "Bearer <token>".',
  ],
  token_expired: [401, 'Unauthorized', 'The access token has expired. Get a new one.'],
  token_invalid: [401, 'Unauthorized', "This bearer token isn't valid here."],
  stytch_unavailable: [
    503,
    'Service Unavailable',
    "We couldn't verify your session right now. Please try again in a moment.",
  ],
  clock_skew: [
    503,
    'Service Unavailable',
    "The server's clock is out of sync, so sessions can't be verified. Please try again in a moment.",
  ],
  policy_unavailable: [
    503,
    'Service Unavailable',
    "We couldn't check your permissions right now. Please try again in a moment.",
  ],
  cross_site_refused: [
    403,
    'Forbidden',
    "Requests from other sites aren't allowed. To allow a site, add its origin to the trustedOrigins option.",
  ],
  sign_in_refused: [403, 'Forbidden', "This account doesn't have access to this application."],
  context_not_supported: [
    403,
    'Forbidden',
    'This handler requires a session, and sessions are not supported on its transport.',
  ],
  permission_missing: [403, 'Forbidden', "You don't have permission to do this."],
  role_missing: [403, 'Forbidden', "You don't have permission to do this."],
  scope_missing: [403, 'Forbidden', "The access token doesn't have the scope that this requires."],
  factor_missing: [403, 'Forbidden', 'This requires another way of signing in.'],
  step_up_required: [403, 'Forbidden', 'Please sign in again to continue.'],
  impersonation_refused: [403, 'Forbidden', "This isn't available in an impersonated session."],
  requirement_not_met: [403, 'Forbidden', "You don't have access to this."],
  organization_mismatch: [
    403,
    'Forbidden',
    "You aren't signed in to this organization. Switch to it to continue.",
  ],
  primary_factor_required: [
    403,
    'Forbidden',
    'This organization requires that you also sign in another way.',
  ],
  second_factor_required: [
    403,
    'Forbidden',
    'This organization requires a second factor, which this application does not support yet.',
  ],
  organization_unavailable: [
    403,
    'Forbidden',
    "This organization doesn't exist, or you don't have access to it.",
  ],
  organization_suspended: [
    403,
    'Forbidden',
    'This organization is suspended. Please contact its administrator.',
  ],
  organization_join_refused: [
    403,
    'Forbidden',
    "You aren't a member of this organization. Ask its administrator for an invitation.",
  ],
  organization_sign_in_required: [
    403,
    'Forbidden',
    'This organization requires that you sign in to it separately.',
  ],
  organization_creation_refused: [403, 'Forbidden', "Organizations can't be created here."],
  sign_in_method_refused: [
    403,
    'Forbidden',
    "This organization doesn't allow this way of signing in. Please sign in another way.",
  ],
  sign_in_host_refused: [
    403,
    'Forbidden',
    'This sign-in has to be started at the host of the appUrl option: links and providers lead back there.',
  ],
  email_missing: [
    400,
    'Bad Request',
    'An email address is required. Send it as the field "email" of a JSON body or a form.',
  ],
  email_invalid: [400, 'Bad Request', "This isn't a valid email address."],
  phone_missing: [
    400,
    'Bad Request',
    'A phone number is required. Send it as the field "phone_number" of a JSON body or a form.',
  ],
  phone_invalid: [
    400,
    'Bad Request',
    "This isn't a valid phone number. Include the country code, such as +1.",
  ],
  phone_country_refused: [400, 'Bad Request', "We can't send codes to phone numbers of this country."],
  code_missing: [400, 'Bad Request', 'Enter the code we sent you.'],
  code_incorrect: [400, 'Bad Request', 'This code is incorrect or has expired.'],
  password_missing: [400, 'Bad Request', 'Enter a password.'],
  password_invalid: [400, 'Bad Request', "This password can't be used. Choose another one."],
  password_weak: [
    400,
    'Bad Request',
    'This password is too weak. Choose a longer one, or add uncommon words.',
  ],
  password_breached: [
    400,
    'Bad Request',
    'This password is known from a data breach, so others may try it. Choose another one.',
  ],
  password_reset_required: [
    400,
    'Bad Request',
    'To protect your account, this password has to be replaced. Use "Forgot your password?" to choose a new one.',
  ],
  credentials_incorrect: [
    400,
    'Bad Request',
    'The email address or the password is incorrect. After many wrong passwords, the right one is refused as well for an hour.',
  ],
  choice_invalid: [400, 'Bad Request', "This isn't one of the available choices."],
  organization_missing: [
    400,
    'Bad Request',
    'An organization is required. Send its slug as the field "organization" of a JSON body or a form.',
  ],
  organization_invalid: [
    400,
    'Bad Request',
    "This isn't an organization. Use its name as it is in addresses, such as acme-inc.",
  ],
  name_missing: [400, 'Bad Request', 'Enter a name.'],
  name_invalid: [400, 'Bad Request', "This name can't be used. Use one line of up to 128 characters."],
  oauth_denied: [
    400,
    'Bad Request',
    'The sign-in was canceled. Start again to allow access, or sign in another way.',
  ],
  oauth_failed: [
    400,
    'Bad Request',
    "The sign-in with this provider didn't work. Please start again, or sign in another way.",
  ],
  oauth_email_missing: [
    403,
    'Forbidden',
    "The provider didn't confirm an email address of this account. Verify your address there, or sign in another way.",
  ],
  sign_in_not_started: [
    400,
    'Bad Request',
    'This sign-in has expired or was started in another browser. Please start again.',
  ],
  factor_not_added: [
    403,
    'Forbidden',
    'You have been signed out or signed in as somebody else. Please start again.',
  ],
  link_invalid: [400, 'Bad Request', 'This sign-in link is incomplete or damaged. Please request a new one.'],
  link_for_another_browser: [
    400,
    'Bad Request',
    'This sign-in link was requested in another browser. Open it there, or request a new one here.',
  ],
  link_not_confirmed: [
    400,
    'Bad Request',
    'This confirmation has expired or was started in another browser. Open the link again.',
  ],
  link_used_or_expired: [
    410,
    'Gone',
    'This sign-in link has expired or was already used. Please request a new one.',
  ],
  rate_limited: [
    429,
    'Too Many Requests',
    'Too many sign-in attempts. Please wait a few minutes and try again.',
  ],
  webhook_signature_invalid: [
    403,
    'Forbidden',
    "This delivery isn't signed with the secret of this endpoint.",
  ],
  webhook_expired: [
    403,
    'Forbidden',
    'This delivery was signed more than five minutes ago, or is dated more than five minutes ahead.',
  ],
  webhook_malformed: [400, 'Bad Request', "This delivery isn't an event of Stytch."],
  webhook_raw_body_missing: [
    503,
    'Service Unavailable',
    "This delivery can't be verified right now. Please deliver it again.",
  ],
  webhook_not_handled: [
    503,
    'Service Unavailable',
    "This delivery wasn't handled completely. Please deliver it again.",
  ],
};

/** The Retry-After header of a refusal for which neither Stytch nor a limit names a time. */
export const defaultRetryAfter: unknown = expect.stringMatching(/^[3-7]$/);

/** The whole JSON body of a refusal. */
export function refusalBody(code: RefusalCode): RefusalBody {
  const [statusCode, error, message] = refusals[code];
  return { statusCode, error, message, code };
}
