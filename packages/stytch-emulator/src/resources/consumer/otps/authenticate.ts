import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { emailDetail } from '../../sessions/factors/email-detail.js';
import { type OtpFactor, phoneDetail } from '../../sessions/factors/otp-factor.js';
import { readSessionUpdate } from '../../sessions/session-arguments.js';
import { readCode, refuseInactiveCode, refuseWrongCode } from '../../sign-in/passcode.js';
import { checkAttributes } from '../sign-in/attributes.js';
import { completeSignIn, readRequestedSession, signInResponse } from '../sign-in/complete-sign-in.js';
import { sandboxSignIn } from '../sign-in/sandbox-sign-in.js';
import { sandboxEmail, sandboxPhoneNumber } from '../users/sandbox-user.js';
import { type User } from '../users/user.js';
import { type OtpContext } from './otp-context.js';
import { type Passcode } from './passcode.js';

const sandboxCode = '000000';
const sandboxMethodIds: readonly string[] = [sandboxEmail.emailId, sandboxPhoneNumber.phoneId];

/** Exchanges a code for the user and, if requested, a session. Only success uses up the code. */
export function authenticate(context: OtpContext, fields: Fields) {
  readSessionUpdate(fields);
  const methodId = readMethodId(fields);
  const code = readCode(fields);
  if (sandboxMethodIds.includes(methodId)) return authenticateSandbox(context, { methodId, code }, fields);

  const { passcode, user, factor } = findPasscode(context, methodId, code);
  checkAttributes(passcode.attributes, fields);
  const requested = readRequestedSession(context, fields, user);

  context.passcodes.use(passcode);
  const result = completeSignIn(context, { user, factor, verifies: methodId }, requested);
  return { ...signInResponse(context, { user, ...result }, fields), method_id: methodId };
}

function readMethodId(fields: Fields): string {
  const methodId = fields.string('method_id') ?? '';
  return /^(email|phone-number)-test-[\w-]+$/.test(methodId) ? methodId : refuse(400, 'invalid_method_id');
}

/**
 * Checks the code. Wrong codes count as failed attempts of the user.
 *
 * @throws {ApiError} `otp_code_not_found`, `user_lock_limit_reached`, or `unable_to_auth_otp_code` if the code was
 *   used or revoked or has expired
 */
function findPasscode({ users, locks, passcodes }: OtpContext, methodId: string, code: string) {
  const passcode = passcodes.find(methodId) ?? refuseWrongCode();
  const user = users.find(passcode.userId);
  if (user) locks.refuseLocked(user);
  if (passcode.code !== code) {
    if (user) locks.recordFailure(user);
    refuseWrongCode();
  }
  const factor = user && toFactor(passcode, user);
  if (!user || !factor || passcodes.stateOf(passcode) !== 'pending') return refuseInactiveCode();
  return { passcode, user, factor };
}

/** Undefined if the email address or phone number was deleted. */
function toFactor({ channel, methodId }: Passcode, user: User): OtpFactor | undefined {
  if (channel === 'email') {
    const email = user.emails.find(({ emailId }) => emailId === methodId);
    return email && { type: 'otp', deliveryMethod: channel, email: emailDetail(email) };
  }
  const phone = user.phoneNumbers.find(({ phoneId }) => phoneId === methodId);
  return phone && { type: 'otp', deliveryMethod: channel, phone: phoneDetail(phone) };
}

function authenticateSandbox(
  context: OtpContext,
  { methodId, code }: { methodId: string; code: string },
  fields: Fields,
) {
  if (code !== sandboxCode) refuseWrongCode();
  return { method_id: methodId, reset_sessions: false, ...sandboxSignIn(context, fields) };
}
