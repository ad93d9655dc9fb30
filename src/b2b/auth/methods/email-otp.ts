import { Logger } from '@nestjs/common';
import type { B2BClient } from 'stytch';
import type {
  FinishCall,
  FinishResult,
  StartCall,
  StartResult,
  StytchRejection,
} from '../../../lib/index.js';
import { checkFactoryOptions, withDefaults, type B2BSignInMethod } from '../../../lib/internal.js';
import { maxDiscoveryBytes } from '../discovered-organizations.js';
import { b2bEmailOtpOptions, type StytchB2BEmailOtpOptions } from './email-otp.options.js';
import { refusalCodeOf, reportConfigurationError } from './refusal-of-rejection.js';
import { resultOfRejectedStart } from './rejected-start.js';

/**
 * Signing in with a code that is sent by email: to the organization that the person names, or to one that they
 * choose after entering the code.
 */
export function emailOtp(options?: StytchB2BEmailOtpOptions): B2BSignInMethod {
  const { expiresInMinutes } = withDefaults(options, b2bEmailOtpOptions);
  return {
    name: 'email-otp',
    product: 'b2b',
    expiresInMinutes,
    start: {
      fields: [{ name: 'email', type: 'email', label: 'Email address' }],
      button: 'Email me a code',
      authMethod: 'email_otp',
      run: ({ email = '' }, call) => sendCode(email, expiresInMinutes, call),
    },
    finish: {
      fields: [{ name: 'code', type: 'code', label: 'Code' }],
      button: 'Sign in',
      run: ({ code = '' }, call) => authenticateCode(code, call),
    },
    findProblems: () => checkFactoryOptions(options, b2bEmailOtpOptions),
  };
}

async function sendCode(
  email_address: string,
  expiresInMinutes: number,
  call: StartCall<B2BClient>,
): Promise<StartResult> {
  const { organization } = call;
  const operation = organization === undefined ? 'otps/email/discovery/send' : 'otps/email/login_or_signup';
  // Stytch limits codes per email address, so that a 429 says nothing about other addresses.
  const response = await call.stytch<unknown>(
    operation,
    ({ otps: { email } }) =>
      organization === undefined
        ? email.discovery.send({ email_address, discovery_expiration_minutes: expiresInMinutes })
        : email.loginOrSignup({
            organization_id: organization,
            email_address,
            login_expiration_minutes: expiresInMinutes,
            signup_expiration_minutes: expiresInMinutes,
          }),
    { isLimitedPerAddress: true },
  );
  if (response.kind === 'rejected') return resultOfRejectedStart(response, operation);
  return response.kind === 'ok' ? { kind: 'sent' } : response;
}

/** Has Stytch check the code, for the address that this browser requested it for. */
async function authenticateCode(code: string, call: FinishCall<B2BClient>): Promise<FinishResult> {
  const { organization, recipient: email_address } = call;
  if (email_address === undefined) return { kind: 'refused', code: 'sign_in_not_started' };
  if (organization === undefined) return authenticateDiscovery(email_address, code, call);
  const operation = 'otps/email/authenticate';
  const response = await call.stytch(
    operation,
    ({ otps }) =>
      otps.email.authenticate({
        organization_id: organization,
        email_address,
        code,
        ...call.sessionParameters,
      }),
    { isLimitedPerAddress: true },
  );
  return response.kind === 'rejected' ? resultOfRejection(response, operation) : response;
}

async function authenticateDiscovery(
  email_address: string,
  code: string,
  call: FinishCall<B2BClient>,
): Promise<FinishResult> {
  const operation = 'otps/email/discovery/authenticate';
  const response = await call.stytch(
    operation,
    ({ otps }) => otps.email.discovery.authenticate({ email_address, code }),
    { isLimitedPerAddress: true, maxBodyBytes: maxDiscoveryBytes },
  );
  if (response.kind === 'rejected') return resultOfRejection(response, operation);
  return response.kind === 'ok' ? { kind: 'discovered', body: response.body } : response;
}

/** Wrong, used, expired or replaced by a newer one; or no code was sent, which must not be told. */
const incorrect = { kind: 'refused', code: 'code_incorrect', field: 'code' } as const;
const isAboutCode: ReadonlySet<string> = new Set([
  'otp_code_not_found',
  'unable_to_auth_otp_code',
  'invalid_code',
]);
/** A lock, too, would tell that the address is a member's. */
const secrets: ReadonlySet<string> = new Set(['organization_unavailable', 'rate_limited']);

function resultOfRejection(rejection: StytchRejection, operation: string): FinishResult {
  const { errorType, requestId } = rejection;
  if (isAboutCode.has(errorType)) return incorrect;
  const code = refusalCodeOf(rejection);
  if (code !== undefined) return secrets.has(code) ? incorrect : { kind: 'refused', code };
  if (reportConfigurationError(rejection, operation)) return { kind: 'refused', code: 'stytch_unavailable' };
  new Logger('Stytch').warn(`${operation}: a code was refused (${errorType}, ${requestId}).`);
  return incorrect;
}
