import { type Fields } from '../../../wire/fields.js';
import { requireEmailAddress } from '../../email-address.js';
import { readSessionUpdate } from '../../sessions/session-arguments.js';
import { checkLocale } from '../../sign-in/locale.js';
import { readCode, refuseInactiveCode, refuseWrongCode } from '../../sign-in/passcode.js';
import { type B2B } from '../b2b.js';
import { startDiscovery } from '../discovery/start-discovery.js';
import {
  completeMemberSignIn,
  memberSignInResponse,
  readRequestedMemberSession,
} from '../sign-in/complete-member-sign-in.js';
import { readOrganization } from '../sign-in/read-organization.js';
import { type Member } from '../members/member.js';
import { type Organization } from '../organizations/organization.js';
import { type EmailPasscode } from './email-passcode.js';

/**
 * Exchanges a code for a session of the member. Only success uses up the code. Wrong codes count as failed attempts of
 * the member that the newest code for the address was sent to.
 */
export function authenticate(b2b: B2B, fields: Fields) {
  readSessionUpdate(fields);
  checkLocale(fields);
  const organization = readOrganization(b2b, fields);
  const address = requireEmailAddress(fields.string('email_address'));
  const code = readCode(fields);

  const passcode = b2b.passcodes.findByAddress(address);
  const member =
    recipientOf(b2b, organization, passcode) ??
    b2b.members.findByEmail(organization, address) ??
    b2b.members.findByPendingEmail(organization, address) ??
    refuseWrongCode();
  b2b.locks.refuseLocked(member);
  if (passcode?.memberId !== member.memberId || passcode.code !== code) {
    b2b.locks.recordFailure(member);
    return refuseWrongCode();
  }
  refuseInactive(b2b, passcode);
  if (!b2b.members.hasCurrentOrPendingEmail(member, address)) refuseInactiveCode();
  const requested = readRequestedMemberSession(b2b, fields, organization, member);

  b2b.members.confirmPendingEmail(organization, member, address);
  b2b.passcodes.use(passcode);
  const signIn = completeMemberSignIn(
    b2b,
    {
      organization,
      member,
      factors: [{ type: 'email_otp', deliveryMethod: 'email', email: member.email }],
      verifiesEmail: true,
    },
    requested,
  );
  return {
    ...memberSignInResponse(b2b, signIn),
    organization_id: organization.organizationId,
    method_id: member.email.emailId,
  };
}

/** Exchanges a code of discovery for an intermediate session. */
export function authenticateDiscovery(b2b: B2B, fields: Fields) {
  const address = requireEmailAddress(fields.string('email_address'));
  const code = readCode(fields);
  const passcode = b2b.passcodes.findByAddress(address);
  if (passcode?.memberId !== null || passcode.code !== code) return refuseWrongCode();
  refuseInactive(b2b, passcode);

  b2b.passcodes.use(passcode);
  return startDiscovery(b2b, passcode.emailAddress, {
    type: 'email_otp',
    deliveryMethod: 'email',
    email: { emailId: '', address: passcode.emailAddress },
  });
}

/** The member that the code was sent to. Another one may have got the address since. */
function recipientOf(
  { members }: B2B,
  organization: Organization,
  passcode: EmailPasscode | undefined,
): Member | undefined {
  const memberId = passcode?.memberId ?? undefined;
  return memberId === undefined ? undefined : members.find(organization, memberId);
}

function refuseInactive({ passcodes }: B2B, passcode: EmailPasscode): void {
  if (!passcodes.isPending(passcode)) refuseInactiveCode();
}
