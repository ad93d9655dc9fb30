import { refuse } from '../../../wire/api-error.js';
import { type NewFactor } from '../../sessions/factors/factor.js';
import { type AuthMethod, authMethodOf, isSecondFactor } from '../auth-method.js';
import { type Member } from '../members/member.js';
import { allowsMethod, type Organization } from '../organizations/organization.js';

/** What a member must still prove before a session starts. Null means nothing. */
export interface MissingFactors {
  /** The methods of which one is required; empty if it can be any. */
  readonly primary: readonly AuthMethod[] | null;
  /** Whether a second factor is required. Only once the primary one is sufficient. */
  readonly second: boolean;
}

/** What the organization requires of a member besides these factors. */
export function missingFactors(
  organization: Organization,
  member: Pick<Member, 'isBreakglass' | 'mfaEnrolled'>,
  factors: readonly NewFactor[],
): MissingFactors {
  const isSufficient = (method: AuthMethod | undefined) =>
    method !== undefined && (member.isBreakglass || allowsMethod(organization, method));
  if (!factors.some((factor) => isSufficient(authMethodOf(factor)))) {
    const { auth_methods, allowed_auth_methods } = organization.settings;
    return { primary: auth_methods === 'RESTRICTED' ? allowed_auth_methods : [], second: false };
  }
  const requiresSecond = member.mfaEnrolled || organization.settings.mfa_policy === 'REQUIRED_FOR_ALL';
  return { primary: null, second: requiresSecond && !factors.some(isSecondFactor) };
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

/** @throws {ApiError} `organization_suspended` */
export function refuseSuspended({ isSuspended }: Organization): void {
  if (isSuspended) refuse(403, 'organization_suspended', 'The organization is suspended.');
}
