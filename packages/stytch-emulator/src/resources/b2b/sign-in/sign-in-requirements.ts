import { refuse } from '../../../wire/api-error.js';
import { type NewFactor } from '../../sessions/factors/factor.js';
import { type AuthMethod, authMethodOf, isSecondFactor } from '../auth-method.js';
import { type Member } from '../members/member.js';
import { emailProvingMethods, provesEmail } from './proves-email.js';
import { allowsMethod, type Organization } from '../organizations/organization.js';

/** What a member must still prove before a session starts. Null means nothing. */
export interface MissingFactors {
  /** The methods of which one is required; empty if it can be any. */
  readonly primary: readonly AuthMethod[] | null;
  /** Whether a second factor is required. Only once the primary one is sufficient. */
  readonly second: boolean;
}

/** A member, or somebody who may become one. */
export type Candidate = Pick<Member, 'isBreakglass' | 'mfaEnrolled' | 'emailVerified' | 'oauthRegistrations'>;

export const newcomer: Candidate = {
  isBreakglass: false,
  mfaEnrolled: false,
  emailVerified: false,
  oauthRegistrations: [],
};

/**
 * What the organization requires of a candidate besides these factors.
 *
 * @param proven.hasSession no second factor is required of somebody who has a session of the member, as documented
 */
export function missingFactors(
  organization: Organization,
  candidate: Candidate,
  { factors, hasSession = false }: { factors: readonly NewFactor[]; hasSession?: boolean },
): MissingFactors {
  const isAllowed = (method: AuthMethod) => candidate.isBreakglass || allowsMethod(organization, method);
  const methods = factors.flatMap((factor) => authMethodOf(factor) ?? []);
  if (!methods.some(isAllowed)) {
    const { auth_methods, allowed_auth_methods } = organization.settings;
    return { primary: auth_methods === 'RESTRICTED' ? allowed_auth_methods : [], second: false };
  }
  if (!factors.some((factor) => provesEmail(factor) || isKnown(candidate, factor))) {
    return { primary: emailProvingMethods.filter(isAllowed), second: false };
  }
  const requiresSecond = candidate.mfaEnrolled || organization.settings.mfa_policy === 'REQUIRED_FOR_ALL';
  return { primary: null, second: requiresSecond && !hasSession && !factors.some(isSecondFactor) };
}

/** Whether a member who has proven to own the address has set the password or added the account. */
function isKnown({ emailVerified, oauthRegistrations }: Candidate, factor: NewFactor): boolean {
  if (!emailVerified || factor.type !== 'oauth') return emailVerified && factor.type === 'password';
  const { provider, subject } = factor.registration;
  return oauthRegistrations.some((each) => each.provider === provider && each.subject === subject);
}

/** @throws {ApiError} `operation_restricted_by_organization_auth_methods` */
export function refuseForbiddenMethod(
  organization: Organization,
  method: AuthMethod,
  member?: Pick<Member, 'isBreakglass'>,
): void {
  if (member?.isBreakglass === true || allowsMethod(organization, method)) return;
  refuse(
    400,
    'operation_restricted_by_organization_auth_methods',
    `The organization does not allow its members to sign in with ${method}.`,
  );
}
