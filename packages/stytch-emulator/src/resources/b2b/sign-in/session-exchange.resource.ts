import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Resource } from '../../resource.js';
import { type NewFactor } from '../../sessions/factors/factor.js';
import { readSdkSignIn, requireSdkSession } from '../../sessions/sdk-session.js';
import { readSessionUpdate, requireSession } from '../../sessions/session-arguments.js';
import { type B2B } from '../b2b.js';
import { refuseSuspended } from '../organizations/organization.js';
import { completeMemberSignIn, memberSignInResponse } from './complete-member-sign-in.js';
import { toSdkResponse } from './sdk-response.js';

/** Exchanges a session for one in another organization. Has no state. */
export function sessionExchangeResource(b2b: B2B): Resource {
  return {
    name: 'sessionExchange',
    routes: { 'POST /v1/b2b/sessions/exchange': ({ fields }) => exchange(b2b, fields) },
    sdkRoutes: {
      'POST /sdk/v1/b2b/sessions/exchange': (call) => {
        const { token } = requireSdkSession(b2b, call);
        return toSdkResponse(exchange(b2b, readSdkSignIn(b2b, call).with({ session_token: token })));
      },
    },
  };
}

/**
 * The original session stays, and its custom claims are not copied; neither is documented. An invited or pending
 * member becomes active.
 */
function exchange(b2b: B2B, fields: Fields) {
  const update = readSessionUpdate(fields);
  const organization = b2b.organizations.get(fields.string('organization_id') ?? '');
  const session = requireSession(b2b, fields);
  refuseSuspended(organization);
  const { email, emailVerified } = b2b.members.getById(session.memberId);
  const member =
    b2b.members.findByEmail(organization, email.address) ??
    refuse(
      404,
      'member_does_not_exist_in_organization',
      'The organization has no member with the email address of the member.',
    );
  b2b.locks.refuseLocked(member);
  const factors = session.factors.filter(isTransferable);
  const signIn = completeMemberSignIn(
    b2b,
    { organization, member, factors, verifiesEmail: emailVerified && factors.length > 0 },
    { ...update, existing: undefined, intermediate: undefined },
  );
  return memberSignInResponse(b2b, signIn);
}

/**
 * Whether a factor counts in another organization: those that prove to own the email address, and accounts at
 * identity providers. Passwords and second factors belong to a member.
 */
function isTransferable({ type, deliveryMethod }: NewFactor): boolean {
  return type === 'magic_link' || type === 'oauth' || deliveryMethod === 'email';
}
