// The statuses Stytch's documentation and captures give; where none is known, 404 for
// something not found, 401 for something used or expired, 400 for something malformed.
const statusByErrorType = {
  attribute_mismatch: 401,
  bad_request: 400,
  cannot_delete_last_primary_factor: 400,
  custom_claims_too_large: 400,
  duplicate_email: 400,
  duplicate_phone_number: 400,
  duplicate_user_external_id: 400,
  email_not_found: 404,
  emulator_cross_site_refused: 403,
  emulator_host_refused: 403,
  emulator_not_implemented: 501,
  internal_server_error: 500,
  invalid_authorization_header: 400,
  invalid_create_user_request: 400,
  invalid_email: 400,
  invalid_email_id: 400,
  invalid_expiration: 400,
  invalid_invite_magic_link_url: 400,
  invalid_login_magic_link_url: 400,
  invalid_phone_number: 400,
  invalid_pkce_code_challenge: 400,
  invalid_pkce_code_verifier: 400,
  invalid_project_id_authentication: 400,
  invalid_secret_authentication: 401,
  invalid_session_duration_minutes: 400,
  invalid_session_id: 400,
  invalid_session_token: 400,
  invalid_signup_magic_link_url: 400,
  invalid_token: 400,
  invalid_user_id: 400,
  jwt_invalid_audience: 400,
  jwt_invalid_claims: 400,
  jwt_invalid_issuer: 400,
  magic_link_not_found: 404,
  metadata_invalid_format: 400,
  metadata_too_large: 400,
  metadata_too_many_keys: 400,
  method_not_allowed: 405,
  no_invite_redirect_urls_set: 400,
  no_login_redirect_urls_set: 400,
  no_match_for_provided_magic_link_url: 400,
  no_session_arguments: 400,
  no_session_revoke_arguments: 400,
  no_signup_redirect_urls_set: 400,
  pkce_did_not_expect_code_verifier: 400,
  pkce_expected_code_verifier: 400,
  pkce_mismatch: 400,
  project_not_found: 404,
  reserved_claims_in_custom_claims: 400,
  route_not_found: 404,
  session_not_found: 404,
  stytch_claims_in_custom_claims: 400,
  too_many_session_arguments: 400,
  too_many_session_revoke_arguments: 400,
  unable_to_auth_magic_link: 401,
  unable_to_parse_session_jwt: 400,
  unauthorized_credentials: 401,
  unauthorized_project_id_live: 401,
  user_already_invited: 400,
  user_id_mismatch: 400,
  user_not_found: 404,
  user_search_expected_array_of_string: 400,
  user_search_expected_bool: 400,
  user_search_expected_object: 400,
  user_search_expected_string: 400,
  user_search_expected_timestamp: 400,
  user_search_filter_name_must_be_string: 400,
  user_search_filter_name_not_recognized: 400,
  user_search_invalid_cursor: 400,
  user_search_invalid_limit: 400,
  user_search_invalid_operator: 400,
  user_search_invalid_status_filter: 400,
  user_search_missing_filter_name: 400,
  user_search_missing_filter_value: 400,
} as const;

/** An `error_type`: Stytch's own names, and `emulator_…` for what only an emulator has to say. */
export type ApiErrorType = keyof typeof statusByErrorType;

/** A no of the API. The text is the emulator's own; a client should go by the type. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: (typeof statusByErrorType)[ApiErrorType];

  constructor(
    readonly errorType: ApiErrorType,
    message: string,
  ) {
    super(message);
    this.status = statusByErrorType[errorType];
  }

  /** The body without its `request_id`. */
  toWire() {
    return {
      status_code: this.status,
      error_type: this.errorType,
      error_message: this.message,
      // Stytch has no page about what only the emulator says.
      error_url: this.errorType.startsWith('emulator_')
        ? ''
        : `https://stytch.com/docs/api/errors/${this.status}#${this.errorType}`,
    };
  }
}

export function refuse(errorType: ApiErrorType, message: string): never {
  throw new ApiError(errorType, message);
}
