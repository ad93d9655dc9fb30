import { type ApiCall, type SdkCall, type SdkHandler } from '../../../wire/operation.js';
import { requireSdkSession } from '../../sessions/sdk-session.js';
import { type B2B } from '../b2b.js';
import { type MemberSession } from './member-session.js';

/**
 * The call of a page as a backend makes it on behalf of the page's member: with the session in a header, so that the
 * permissions of the member are checked, and with the ids of the member and its organization unless the path has others.
 */
export function asMember(
  call: SdkCall,
  { token, organizationId, memberId }: MemberSession,
  fields: Record<string, unknown> = {},
): ApiCall {
  const own: Readonly<Record<string, string>> = { organization_id: organizationId, member_id: memberId };
  return {
    ...call,
    fields: call.fields.with({ organization_id: organizationId, ...fields }),
    parameter: (name) => call.parameter(name) || (own[name] ?? ''),
    header: (name) => (name === 'x-stytch-member-session' ? token : undefined),
  };
}

/** The handler of an operation that the member of the page has to have the permission for. */
export function byMember(
  b2b: B2B,
  operation: (b2b: B2B, call: ApiCall) => Record<string, unknown>,
): SdkHandler {
  return (call) => operation(b2b, asMember(call, requireSdkSession(b2b, call)));
}
