/**
 * Why a request was refused. A stable, machine-readable part of the public API: codes are not renamed
 * within a major version.
 */
export type RefusalCode =
  // 401: not authenticated
  | 'session_missing'
  | 'session_expired'
  | 'session_invalid'
  | 'session_revoked'
  | 'session_ambiguous'
  | 'session_not_accepted'
  | 'session_suspended'
  | 'token_missing'
  | 'token_expired'
  | 'token_invalid'
  // 503: we can't tell right now
  | 'stytch_unavailable'
  | 'clock_skew'
  | 'policy_unavailable'
  // 403: not allowed
  | 'cross_site_refused'
  | 'sign_in_refused'
  | 'context_not_supported'
  | 'permission_missing'
  | 'role_missing'
  | 'scope_missing'
  | 'factor_missing'
  | 'step_up_required'
  | 'impersonation_refused'
  | 'requirement_not_met'
  | 'organization_mismatch'
  // 403: not signed in to an organization
  | 'primary_factor_required'
  | 'second_factor_required'
  | 'organization_unavailable'
  | 'organization_suspended'
  | 'organization_join_refused'
  | 'organization_sign_in_required'
  | 'organization_creation_refused'
  | 'sign_in_method_refused'
  | 'sign_in_host_refused'
  // the login routes
  | 'email_missing'
  | 'email_invalid'
  | 'phone_missing'
  | 'phone_invalid'
  | 'phone_country_refused'
  | 'code_missing'
  | 'code_incorrect'
  | 'password_missing'
  | 'password_invalid'
  | 'password_weak'
  | 'password_breached'
  | 'password_reset_required'
  | 'credentials_incorrect'
  | 'choice_invalid'
  | 'organization_missing'
  | 'organization_invalid'
  | 'name_missing'
  | 'name_invalid'
  | 'oauth_denied'
  | 'oauth_failed'
  | 'oauth_email_missing'
  | 'sign_in_not_started'
  | 'factor_not_added'
  | 'link_invalid'
  | 'link_for_another_browser'
  | 'link_not_confirmed'
  | 'link_used_or_expired'
  | 'rate_limited'
  // webhooks
  | 'webhook_signature_invalid'
  | 'webhook_expired'
  | 'webhook_malformed'
  | 'webhook_raw_body_missing'
  | 'webhook_not_handled';

/** Why a request is refused, as a value. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 410 | 429 | 503;
  readonly code: RefusalCode;
  /** What happened and what to do, for people. Contains no secret. */
  readonly message: string;
  /** The `Retry-After` header of 429 and 503, in seconds. At random from 3 to 7 if nothing names a time. */
  readonly retryAfterSeconds?: number;
  /** With `primary_factor_required`: what the organization requires. Part of the JSON body. */
  readonly primaryRequired?: PrimaryRequired;
}

/** An organization requires another way of signing in. */
export interface PrimaryRequired {
  readonly organizationId: string;
  /** Stytch's names of the methods that the organization allows, such as `sso` or `google_oauth`. */
  readonly allowedAuthMethods: readonly string[];
}

interface RefusalDefinition {
  readonly status: Refusal['status'];
  /** For the person or client that sent the request: what happened and what to do. */
  readonly message: string;
  /** For developers: when the code is used. Part of the README's table. */
  readonly meaning: string;
}

/** All codes with their status, message and meaning. */
export const refusalDefinitions: Readonly<Record<RefusalCode, RefusalDefinition>> = {
  session_missing: {
    status: 401,
    message: 'Sign in to continue.',
    meaning: 'The request has no session cookie.',
  },
  session_expired: {
    status: 401,
    message: 'Your session has expired. Please sign in again.',
    meaning: 'The session has expired. Its cookies are cleared.',
  },
  session_invalid: {
    status: 401,
    message: "Your session isn't valid for this application. Please sign in again.",
    meaning: 'The cookie is not a session of this project.',
  },
  session_revoked: {
    status: 401,
    message: 'You have been signed out. Please sign in again.',
    meaning: 'The session was signed out or revoked at Stytch. Its cookies are cleared.',
  },
  session_ambiguous: {
    status: 401,
    message: 'Your browser sent more than one session. Please sign in again.',
    meaning: 'The request has cookies of different sessions. Those that another host can set are cleared.',
  },
  session_not_accepted: {
    status: 401,
    message: "You aren't signed in to this application yet. Sign in to continue.",
    meaning:
      "Another application or Stytch's browser SDK started the session, see `session.accept`. The cookies are left alone.",
  },
  session_suspended: {
    status: 401,
    message: 'Access to your organization is suspended at the moment. Please contact its administrator.',
    meaning:
      'In a B2B project, Stytch responded that the organization is suspended. The cookies stay, and the session works again within a minute after the suspension is lifted.',
  },
  token_missing: {
    status: 401,
    message: 'A bearer token is required. Over HTTP, send it in the Authorization header: "Bearer <token>".',
    meaning: 'The handler accepts bearer tokens only, and the request has none.',
  },
  token_expired: {
    status: 401,
    message: 'The access token has expired. Get a new one.',
    meaning: 'The access token of the client has expired.',
  },
  token_invalid: {
    status: 401,
    message: "This bearer token isn't valid here.",
    meaning: 'The bearer token is malformed, or of no kind that the handler accepts. See `credentials`.',
  },
  stytch_unavailable: {
    status: 503,
    message: "We couldn't verify your session right now. Please try again in a moment.",
    meaning: 'Stytch is unreachable or its response is unusable. The cookies are left alone.',
  },
  clock_skew: {
    status: 503,
    message:
      "The server's clock is out of sync, so sessions can't be verified. Please try again in a moment.",
    meaning: "The server's clock is wrong, see `session.clockSkewSeconds`. The cookies are left alone.",
  },
  cross_site_refused: {
    status: 403,
    message:
      "Requests from other sites aren't allowed. To allow a site, add its origin to the trustedOrigins option.",
    meaning: 'A page of another site sent a state-changing request. See `trustedOrigins`.',
  },
  sign_in_refused: {
    status: 403,
    message: "This account doesn't have access to this application.",
    meaning: '`onSignIn` refused the sign-in.',
  },
  context_not_supported: {
    status: 403,
    message: 'This handler requires a session, and sessions are not supported on its transport.',
    meaning: "A protected handler was called on a transport that the option `transports` doesn't list.",
  },
  policy_unavailable: {
    status: 503,
    message: "We couldn't check your permissions right now. Please try again in a moment.",
    meaning:
      "The project's RBAC policy can't be fetched, and there is none from the last 15 minutes, or the requirements of an open stream can't be checked.",
  },
  permission_missing: {
    status: 403,
    message: "You don't have permission to do this.",
    meaning: 'None of the roles has the permission. See `@RequirePermission()`.',
  },
  role_missing: {
    status: 403,
    message: "You don't have permission to do this.",
    meaning: 'The session has none of the roles. See `@RequireRoles()`.',
  },
  scope_missing: {
    status: 403,
    message: "The access token doesn't have the scope that this requires.",
    meaning: 'The access token lacks a scope, or the request has a session. See `@RequireScopes()`.',
  },
  factor_missing: {
    status: 403,
    message: 'This requires another way of signing in.',
    meaning: 'The session lacks an authentication factor. See `@RequireFactors()`.',
  },
  step_up_required: {
    status: 403,
    message: 'Please sign in again to continue.',
    meaning: 'The person signed in too long ago. See `@RequireRecentSignIn()`.',
  },
  impersonation_refused: {
    status: 403,
    message: "This isn't available in an impersonated session.",
    meaning:
      "Someone impersonates the user, and the handler refuses that. Switching organizations always does, and so does signing in with `session.accept: 'own'`.",
  },
  requirement_not_met: {
    status: 403,
    message: "You don't have access to this.",
    meaning: 'A check of the application refused the request. See `@Require()`.',
  },
  organization_mismatch: {
    status: 403,
    message: "You aren't signed in to this organization. Switch to it to continue.",
    meaning: 'The request is for another organization than the session, see `organizations.tenant`.',
  },
  primary_factor_required: {
    status: 403,
    message: 'This organization requires that you also sign in another way.',
    meaning:
      'The organization requires another method. `primaryRequired` of the body names the organization and the methods it allows.',
  },
  second_factor_required: {
    status: 403,
    message: 'This organization requires a second factor, which this application does not support yet.',
    meaning: 'The organization or the member requires a second factor. Nobody is signed in without it.',
  },
  organization_unavailable: {
    status: 403,
    message: "This organization doesn't exist, or you don't have access to it.",
    meaning: "The organization is unknown, or the person is no member of it. The response doesn't say which.",
  },
  organization_suspended: {
    status: 403,
    message: 'This organization is suspended. Please contact its administrator.',
    meaning: 'The organization is suspended at Stytch.',
  },
  organization_join_refused: {
    status: 403,
    message: "You aren't a member of this organization. Ask its administrator for an invitation.",
    meaning: 'The organization does not let the person join by themselves (JIT provisioning).',
  },
  organization_sign_in_required: {
    status: 403,
    message: 'This organization requires that you sign in to it separately.',
    meaning:
      'The factors of the session are not enough for the other organization. Sign in there with `?org=`.',
  },
  organization_creation_refused: {
    status: 403,
    message: "Organizations can't be created here.",
    meaning: 'The option `organizations.create` is `deny`, or Stytch refused to create the organization.',
  },
  sign_in_method_refused: {
    status: 403,
    message: "This organization doesn't allow this way of signing in. Please sign in another way.",
    meaning: 'The organization restricts its sign-in methods, and this is none of them.',
  },
  sign_in_host_refused: {
    status: 403,
    message:
      'This sign-in has to be started at the host of the appUrl option: links and providers lead back there.',
    meaning:
      'A sign-in with a link or a provider was started on the host of an organization. Start it at `appUrl`. If it was, a proxy replaces `Host`.',
  },
  email_missing: {
    status: 400,
    message: 'An email address is required. Send it as the field "email" of a JSON body or a form.',
    meaning: 'The body has no `email`.',
  },
  email_invalid: {
    status: 400,
    message: "This isn't a valid email address.",
    meaning: '`email` is not an email address.',
  },
  phone_missing: {
    status: 400,
    message: 'A phone number is required. Send it as the field "phone_number" of a JSON body or a form.',
    meaning: 'The body has no phone number.',
  },
  phone_invalid: {
    status: 400,
    message: "This isn't a valid phone number. Include the country code, such as +1.",
    meaning: 'The phone number is malformed or has no country code.',
  },
  phone_country_refused: {
    status: 400,
    message: "We can't send codes to phone numbers of this country.",
    meaning: 'The country of the phone number is not among the `countries` of the method.',
  },
  code_missing: {
    status: 400,
    message: 'Enter the code we sent you.',
    meaning: 'The body has no `code`.',
  },
  code_incorrect: {
    status: 400,
    message: 'This code is incorrect or has expired.',
    meaning: 'The code is wrong, expired, used, or was replaced by a newer one.',
  },
  password_missing: {
    status: 400,
    message: 'Enter a password.',
    meaning: 'The body has no `password`.',
  },
  password_invalid: {
    status: 400,
    message: "This password can't be used. Choose another one.",
    meaning: 'The password is not text, or longer than 1024 bytes.',
  },
  password_weak: {
    status: 400,
    message: 'This password is too weak. Choose a longer one, or add uncommon words.',
    meaning: "A new password does not meet the project's strength policy. The message says what to change.",
  },
  password_breached: {
    status: 400,
    message: 'This password is known from a data breach, so others may try it. Choose another one.',
    meaning: 'A new password is in a published data breach.',
  },
  password_reset_required: {
    status: 400,
    message:
      'To protect your account, this password has to be replaced. Use "Forgot your password?" to choose a new one.',
    meaning:
      'The password is right, but known from a breach or possibly set by somebody else. It has to be reset by email.',
  },
  credentials_incorrect: {
    status: 400,
    message:
      'The email address or the password is incorrect. After many wrong passwords, the right one is refused as well for an hour.',
    meaning:
      "The user is unknown, has no password or another one, or is locked. The response doesn't say which.",
  },
  choice_invalid: {
    status: 400,
    message: "This isn't one of the available choices.",
    meaning: 'The body names none of the choices, such as an OAuth provider that is switched on.',
  },
  organization_missing: {
    status: 400,
    message:
      'An organization is required. Send its slug as the field "organization" of a JSON body or a form.',
    meaning: 'The body has no `organization`, and `organizations.discovery` is `false`.',
  },
  organization_invalid: {
    status: 400,
    message: "This isn't an organization. Use its name as it is in addresses, such as acme-inc.",
    meaning: '`organization` is neither a slug nor an id.',
  },
  name_missing: {
    status: 400,
    message: 'Enter a name.',
    meaning: 'The body has no name for the new organization.',
  },
  name_invalid: {
    status: 400,
    message: "This name can't be used. Use one line of up to 128 characters.",
    meaning: 'The name of the new organization is too long, or not one line of text.',
  },
  oauth_denied: {
    status: 400,
    message: 'The sign-in was canceled. Start again to allow access, or sign in another way.',
    meaning: "The person denied access on the OAuth provider's page.",
  },
  oauth_failed: {
    status: 400,
    message: "The sign-in with this provider didn't work. Please start again, or sign in another way.",
    meaning: 'The OAuth provider or Stytch reported an error, or no token.',
  },
  oauth_email_missing: {
    status: 403,
    message:
      "The provider didn't confirm an email address of this account. Verify your address there, or sign in another way.",
    meaning:
      'The user has no verified email address after an OAuth sign-in. See `requireEmail` of `oauth()`.',
  },
  sign_in_not_started: {
    status: 400,
    message: 'This sign-in has expired or was started in another browser. Please start again.',
    meaning:
      'This browser did not start the sign-in that the code or the provider belongs to, or started it too long ago.',
  },
  factor_not_added: {
    status: 403,
    message: 'You have been signed out or signed in as somebody else. Please start again.',
    meaning:
      'The factor could not be added: the browser has another session by now, or Stytch started a new one.',
  },
  link_invalid: {
    status: 400,
    message: 'This sign-in link is incomplete or damaged. Please request a new one.',
    meaning: 'The link has no valid token.',
  },
  link_for_another_browser: {
    status: 400,
    message: 'This sign-in link was requested in another browser. Open it there, or request a new one here.',
    meaning: 'The link was requested in another browser. It was not consumed.',
  },
  link_not_confirmed: {
    status: 400,
    message: 'This confirmation has expired or was started in another browser. Open the link again.',
    meaning: "The confirmation doesn't come from the page shown in this browser. The link was not consumed.",
  },
  link_used_or_expired: {
    status: 410,
    message: 'This sign-in link has expired or was already used. Please request a new one.',
    meaning: 'The link has expired or was already used.',
  },
  rate_limited: {
    status: 429,
    message: 'Too many sign-in attempts. Please wait a few minutes and try again.',
    meaning:
      'Too many sign-ins were started, links opened or codes tried (`limits`), or Stytch limits the rate.',
  },
  webhook_signature_invalid: {
    status: 403,
    message: "This delivery isn't signed with the secret of this endpoint.",
    meaning: 'A webhook has no signature that was made with `webhooks.secret`.',
  },
  webhook_expired: {
    status: 403,
    message: 'This delivery was signed more than five minutes ago, or is dated more than five minutes ahead.',
    meaning:
      'A webhook was signed more than five minutes ago, or is dated more than five minutes ahead. Stytch signs each attempt anew.',
  },
  webhook_malformed: {
    status: 400,
    message: "This delivery isn't an event of Stytch.",
    meaning: 'The body of a webhook is no event, or longer than 256 KB.',
  },
  webhook_raw_body_missing: {
    status: 503,
    message: "This delivery can't be verified right now. Please deliver it again.",
    meaning: 'The application was created without `rawBody: true`, as the log says.',
  },
  webhook_not_handled: {
    status: 503,
    message: "This delivery wasn't handled completely. Please deliver it again.",
    meaning: 'A listener of `StytchWebhooks` failed, or `shared.revocations` did not confirm the change.',
  },
};

const minRetryAfterSeconds = 3;
const maxRetryAfterSeconds = 7;

/** At random, so that clients that were refused at the same time do not return at the same time. */
const defaultRetryAfterSeconds = (): number =>
  minRetryAfterSeconds + Math.floor(Math.random() * (maxRetryAfterSeconds - minRetryAfterSeconds + 1));

/** @param retryAfterSeconds ignored unless the status is 429 or 503; by default 3 to 7, at random */
export function refusalOf(code: RefusalCode, retryAfterSeconds = defaultRetryAfterSeconds()): Refusal {
  const { status, message } = refusalDefinitions[code];
  const isTemporary = status === 429 || status === 503;
  return { status, code, message, ...(isTemporary && { retryAfterSeconds }) };
}
