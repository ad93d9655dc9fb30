import type { FinishCall, FinishResult } from '../../../ports/sign-in-method.js';
import type { StytchRejection } from '../../../ports/stytch-response.js';
import { requiresAccount } from '../requires-account.js';
import type { OtpContext } from './otp-context.js';

/** Has Stytch check the code. */
export async function authenticateCode(
  code: string,
  context: OtpContext,
  call: FinishCall,
): Promise<FinishResult> {
  const { sealed: method_id, sessionParameters } = call;
  if (method_id === undefined) return { kind: 'refused', code: 'sign_in_not_started' };
  const response = await call.stytch(
    'otps/authenticate',
    ({ otps }) => otps.authenticate({ method_id, code, ...sessionParameters }),
    { isLimitedPerAddress: true },
  );
  return response.kind === 'rejected' ? resultOfRejection(response, context, call) : response;
}

const incorrect = { kind: 'refused', code: 'code_incorrect', field: 'code' } as const;

function resultOfRejection(
  { errorType, requestId }: StytchRejection,
  { log, options }: OtpContext,
  call: FinishCall,
): FinishResult {
  if (isAboutCode.has(errorType)) return incorrect;
  if (isConfigurationError(errorType)) {
    log.log(
      'error',
      `Stytch can't start sessions (otps/authenticate: ${errorType}). Check the options session.`,
    );
    return { kind: 'refused', code: 'stytch_unavailable' };
  }
  if (call.sessionParameters.session_jwt !== undefined && isAboutSession(errorType))
    return { kind: 'refused', code: 'factor_not_added' };
  // A lock would tell that the account exists.
  if (errorType === 'user_lock_limit_reached')
    return requiresAccount(options, call) ? incorrect : { kind: 'refused', code: 'rate_limited' };
  log.log('warn', `Stytch refused a code (otps/authenticate: ${errorType}, ${requestId}).`, errorType);
  return incorrect;
}

/** Wrong, used, expired or replaced by a newer one; or the `method_id` is made up. */
const isAboutCode: ReadonlySet<string> = new Set([
  'otp_code_not_found',
  'unable_to_auth_otp_code',
  'invalid_code',
  'invalid_method_id',
]);

/** The session of the JWT has ended, or belongs to another user than the code. */
const isAboutSession = (errorType: string) => /session|user_id_mismatch/.test(errorType);

const isConfigurationError = (errorType: string) =>
  /session_duration|custom_claims|jwt_template/.test(errorType);
