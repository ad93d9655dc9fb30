import { type ClientContext } from '../client-context.js';
import { type ImpersonationTokens } from '../impersonation/impersonation-tokens.js';
import { type Rbac } from '../rbac/rbac.js';
import { type AccountLocks } from '../sign-in/account-locks.js';
import { type EmailLinks } from './email-links/email-links.js';
import { type Member } from './members/member.js';
import { type Members } from './members/members.js';
import { type Organizations } from './organizations/organizations.js';
import { type EmailPasscodes } from './otps/email-passcodes.js';
import { type MemberSessionJwts } from './sessions/member-session-jwts.js';
import { type MemberSessions } from './sessions/member-sessions.js';
import { type IntermediateSessions } from './sign-in/intermediate-sessions.js';

/** What the resources of a B2B project share. */
export interface B2B extends ClientContext {
  readonly organizations: Organizations;
  readonly members: Members;
  readonly locks: AccountLocks<Member>;
  readonly sessions: MemberSessions;
  readonly sessionJwts: MemberSessionJwts;
  readonly intermediateSessions: IntermediateSessions;
  readonly emailLinks: EmailLinks;
  readonly passcodes: EmailPasscodes;
  readonly impersonationTokens: ImpersonationTokens;
  readonly rbac: Rbac;
}
