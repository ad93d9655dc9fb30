import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { StytchRefusalException } from '../lib/index.js';
import { hideProperties, jwtOf, refusalOf, sessionOfContext } from '../lib/internal.js';

/** What methods of Stytch's B2B client take, to check the permissions of a member. */
export interface ActingMemberOptions {
  readonly authorization: {
    /** Not enumerable, so that no log contains it. A copy with `{ ...authorization }` lacks it. */
    readonly session_jwt: string;
  };
}

/**
 * Injects the options with which Stytch's B2B client acts as the member of the request: Stytch then checks the
 * member's permissions and organization. Without them, a call may do everything, in every organization. For
 * pages on which members administer their organization.
 *
 * @throws {StytchRefusalException} 401 `session_missing` if the request has no session of a member, for
 * example with `@OptionalSession()`, since a call without these options would not be checked
 * @throws {TypeError} for a session that was not read from a JWT, such as one that a test attached
 *
 * @example
 * ```ts
 * @Protected()
 * @Post('members')
 * invite(@ActingMember() member: ActingMemberOptions, @CurrentOrganization() { id }: MemberOrganization) {
 *   return this.stytch.magicLinks.email.invite({ organization_id: id, email_address: '…' }, member);
 * }
 * ```
 */
export const ActingMember = createParamDecorator(
  (_: unknown, context: ExecutionContext): ActingMemberOptions => {
    const session = sessionOfContext(context);
    if (session?.kind !== 'member') throw new StytchRefusalException(refusalOf('session_missing'));
    const jwt = jwtOf(session);
    if (jwt === undefined) throw new TypeError('The session of this request was not read from a JWT.');
    return Object.freeze({
      authorization: Object.freeze(hideProperties({ session_jwt: jwt }, 'session_jwt')),
    });
  },
);
