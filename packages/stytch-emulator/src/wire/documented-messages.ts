/**
 * The messages that Stytch documents, by error type: in its API reference, in the OpenAPI document, in the tests and
 * in the user interfaces of its SDKs. `bad_request` is missing, because its documented message does not say what is
 * wrong with the request.
 */
const documentedMessages = {
  attribute_mismatch: "Unable to authenticate because attributes on request don't match stored attributes.",
  breached_password: 'password appears in a list of breached passwords.',
  connected_app_not_found: 'The Connected App requested could not be found.',
  consumer_session_authorization_error:
    'The User is not authorized to perform the requested action on that resource.',
  duplicate_email: 'A user with the specified email already exists for this project.',
  duplicate_phone_number: 'A user with the specified phone number already exists for this project.',
  email_not_found: 'Email could not be found.',
  invalid_code: 'Code format is invalid.',
  invalid_consumer_endpoint: 'This endpoint is only enabled for consumer projects.',
  invalid_email: 'Email format is invalid.',
  invalid_locale: 'locale is invalid.',
  invalid_method_id: 'method_id format is invalid.',
  invalid_phone_number: 'Phone number format is invalid. Ensure the phone number is in the E.164 format.',
  invalid_session_duration_minutes:
    'session_duration_minutes is invalid, should be between 5 to 527040 minutes.',
  magic_link_not_found:
    'The magic link could not be authenticated, try sending another magic link to the user.',
  no_match_for_provided_magic_link_url:
    'The magic_link_url in the request did not match any redirect URLs set for this project.',
  no_user_password: "user doesn't have an associated password.",
  oauth_flow_callback_error: 'An error was encountered in the callback of the OAuth flow. Please try again.',
  otp_code_not_found:
    'The passcode was incorrect and could not be authenticated, encourage the user to try inputting the passcode again or send another passcode.',
  phone_number_not_found: 'Phone Number could not be found.',
  pkce_expected_code_verifier:
    'This flow was started using a code_challenge but the authentication call is missing the corresponding code_verifier.',
  pkce_mismatch:
    'The submitted code_verifier does not match the code_challenge sent at the start of the flow.',
  reset_password: 'user must reset their password',
  session_not_found: 'Session could not be found.',
  session_too_old_to_reset_password:
    'The provided session cannot be used to reset a password. It does not have an authentication_factor that was authenticated within the last 5 minutes. Please prompt the user to authenticate again before retrying the endpoint.',
  too_many_requests: 'Too many requests have been made.',
  unable_to_auth_magic_link:
    'The magic link could not be authenticated because it was either already used or expired. Send another magic link to this user.',
  unable_to_auth_otp_code:
    'The passcode could not be authenticated because it was either already used or expired. Send another passcode to this user.',
  unauthorized_credentials: 'Unauthorized credentials.',
  user_lock_limit_reached:
    'The user has been locked out due to too many failed authentication attempts. Please try again later.',
  user_not_found: 'User could not be found.',
  weak_password: "password doesn't meet our strength requirements.",
} as const;

export type DocumentedErrorType = keyof typeof documentedMessages;

export function documentedMessage(errorType: string): string | undefined {
  return Object.hasOwn(documentedMessages, errorType)
    ? documentedMessages[errorType as DocumentedErrorType]
    : undefined;
}
