import { type Fields } from '../../../wire/fields.js';
import { requireEmailAddress } from '../../email-address.js';
import { readSessionUpdate } from '../../sessions/session-arguments.js';
import { checkLocale } from '../../sign-in/locale.js';
import { readCode, refuseInactiveCode, refuseWrongCode } from '../../sign-in/passcode.js';
import { startDiscovery } from '../discovery/start-discovery.js';
import {
  completeMemberSignIn,
  memberSignInResponse,
  readRequestedMemberSession,
} from '../sign-in/complete-member-sign-in.js';
import { readOrganization } from '../sign-in/read-organization.js';
import { type EmailPasscode } from './email-passcode.js';
import { type OtpContext } from './otp-context.js';

/**
 * Exchanges a code for a session of the member. Only success uses up the code. Wrong codes count as failed attempts of
 * the member.
 */
export function authenticate(context: OtpContext, fields: Fields) {
  readSessionUpdate(fields);
  checkLocale(fields);
  const organization = readOrganization(context, fields);
  const address = requireEmailAddress(fields.string('email_address'));
  const code = readCode(fields);

  const member = context.members.findByEmail(organization, address) ?? refuseWrongCode();
  context.locks.refuseLocked(member);
  const passcode = context.passcodes.findByAddress(address);
  if (passcode?.memberId !== member.memberId || passcode.code !== code) {
    context.locks.recordFailure(member);
    return refuseWrongCode();
  }
  refuseInactive(context, passcode);
  const requested = readRequestedMemberSession(context, fields, organization, member);

  context.passcodes.use(passcode);
  const signIn = completeMemberSignIn(
    context,
    {
      organization,
      member,
      factors: [{ type: 'email_otp', deliveryMethod: 'email', email: member.email }],
      verifiesEmail: true,
    },
    requested,
  );
  return {
    ...memberSignInResponse(context, signIn),
    organization_id: organization.organizationId,
    method_id: member.email.emailId,
  };
}

/** Exchanges a code of discovery for an intermediate session. */
export function authenticateDiscovery(context: OtpContext, fields: Fields) {
  const address = requireEmailAddress(fields.string('email_address'));
  const code = readCode(fields);
  const passcode = context.passcodes.findByAddress(address);
  if (passcode?.memberId !== null || passcode.code !== code) return refuseWrongCode();
  refuseInactive(context, passcode);

  context.passcodes.use(passcode);
  return startDiscovery(context, passcode.emailAddress, {
    type: 'email_otp',
    deliveryMethod: 'email',
    email: { emailId: '', address: passcode.emailAddress },
  });
}

function refuseInactive({ passcodes }: OtpContext, passcode: EmailPasscode): void {
  if (!passcodes.isPending(passcode)) refuseInactiveCode();
}
