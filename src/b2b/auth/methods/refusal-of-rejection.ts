import { Logger } from '@nestjs/common';
import type { RefusalCode, StytchRejection } from '../../../lib/index.js';

/** Stytch's error types for organizations that a person cannot sign in to. */
const codes: Readonly<Record<string, RefusalCode>> = {
  organization_suspended: 'organization_suspended',
  operation_restricted_by_organization_auth_methods: 'sign_in_method_refused',
  email_jit_provisioning_not_allowed: 'organization_join_refused',
  invalid_email_for_jit_provisioning: 'organization_join_refused',
  oauth_tenant_jit_provisioning_not_allowed: 'organization_join_refused',
  invalid_oauth_tenant_for_jit_provisioning: 'organization_join_refused',
  invalid_connection_for_jit_provisioning: 'organization_join_refused',
  insufficient_factors_for_session_exchange: 'organization_sign_in_required',
  insufficient_factors: 'organization_sign_in_required',
  organization_not_found: 'organization_unavailable',
  invalid_organization_id: 'organization_unavailable',
  member_not_found: 'organization_unavailable',
  member_does_not_exist_in_organization: 'organization_unavailable',
  // The person took longer than ten minutes, or continues with another address.
  intermediate_session_not_found: 'sign_in_not_started',
  invalid_intermediate_session_token_for_organization: 'sign_in_not_started',
  user_lock_limit_reached: 'rate_limited',
};

/** Why a person who proved something is not signed in; undefined if Stytch rejects what they proved. */
export const refusalCodeOf = ({ errorType }: Pick<StytchRejection, 'errorType'>): RefusalCode | undefined =>
  Object.hasOwn(codes, errorType) ? codes[errorType] : undefined;

/**
 * Logs a mistake in the options or in the project's settings, which affects everybody.
 * @returns whether it is one
 */
export function reportConfigurationError(
  { errorType, requestId }: StytchRejection,
  operation: string,
): boolean {
  if (!configurationError.test(errorType)) return false;
  new Logger('Stytch').error(
    `${operation}: rejected by Stytch (${errorType}, ${requestId}). Check the project's settings.`,
  );
  return true;
}

const configurationError =
  /_url|redirect|expiration|query_params|code_challenge|session_duration|custom_claims|jwt_template|billing|captcha|template|_not_authorized_/;
