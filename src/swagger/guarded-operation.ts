import type { RefusalCode } from '../lib/index.js';
import {
  changesState,
  describeRequirement,
  describeTokenAge,
  type AccessRequirement,
  type ResolvedOptions,
} from '../lib/internal.js';
import { authenticationCodes, unknownCodes } from './authentication-codes.js';
import type { Operation, OperationPlace, Security } from './openapi.js';
import { mergeResponses, refusalResponses } from './refusal-responses.js';
import { alternativesOf, requireSecurity, waiveSecurity, type SchemeNames } from './security.js';

/** What the operations of a document have in common. */
export interface DocumentContext {
  readonly product: 'consumer' | 'b2b';
  readonly options: ResolvedOptions;
  readonly names: SchemeNames;
  /** What the document requires of operations that state nothing. */
  readonly security: Security;
}

/** Completes the operation of a handler with what the guard requires there. */
export function guardedOperation(
  operation: Operation,
  place: OperationPlace,
  requirement: AccessRequirement,
  context: DocumentContext,
): Operation {
  const { access, credentials } = requirement;
  if (access === 'public') return { ...operation, ...publicSecurity(operation, context) };
  const ours = alternativesOf(credentials, context.names);
  const stated = operation.security ?? context.security;
  const alternatives = access === 'optional' ? [{}, ...ours] : ours;
  const security = requireSecurity(stated, alternatives, context.names);
  const description = describe(operation.description, requirement);
  return {
    ...operation,
    ...(description !== '' && { description }),
    security,
    ...(access === 'protected' && {
      responses: mergeResponses(operation.responses, refusalResponses(codesOf(requirement, place, context))),
    }),
  };
}

/** An operation that states its own security keeps it. */
export function publicSecurity(
  { security }: Operation,
  { security: ofDocument, names }: DocumentContext,
): Pick<Operation, 'security'> {
  const waived = security === undefined ? waiveSecurity(ofDocument, names) : undefined;
  return waived === undefined ? {} : { security: waived };
}

const codesOfRequirement = {
  permission: ['permission_missing', 'policy_unavailable'],
  roles: ['role_missing'],
  scopes: ['scope_missing'],
  factors: ['factor_missing'],
  recent_sign_in: ['step_up_required'],
  no_impersonation: ['impersonation_refused'],
  check: ['requirement_not_met'],
} as const satisfies Record<AccessRequirement['requirements'][number]['kind'], readonly RefusalCode[]>;

function codesOf(
  { credentials, allowsCrossSite, requirements }: AccessRequirement,
  place: OperationPlace,
  context: DocumentContext,
): RefusalCode[] {
  const isCrossSiteChecked =
    credentials.has('cookie') && !allowsCrossSite && changesState({ method: place.verb.toUpperCase() });
  return [
    ...authenticationCodes(credentials, context),
    ...(isCrossSiteChecked ? (['cross_site_refused'] as const) : []),
    ...(isForTenant(place, context.options) ? (['organization_mismatch'] as const) : []),
    ...requirements.flatMap(({ kind }) => codesOfRequirement[kind]),
    ...unknownCodes,
  ];
}

/** A route without the parameter is for no organization in particular. */
function isForTenant({ path }: OperationPlace, { organizations: { tenant } }: ResolvedOptions): boolean {
  if (tenant === undefined) return false;
  return typeof tenant !== 'object' || !('path' in tenant) || path.includes(`{${tenant.path.slice(1)}}`);
}

/** The description of the operation, then what the handler accepts and requires. */
function describe(own: string | undefined, requirement: AccessRequirement): string {
  const requirements = [
    ...describeTokenAge(requirement),
    ...requirement.requirements.map(describeRequirement),
  ];
  const tokens = bearerTokens.flatMap(([kind, words]) => (requirement.credentials.has(kind) ? [words] : []));
  const paragraphs = [
    own ?? '',
    tokens.length === 0 ? '' : `Bearer tokens that are accepted: ${tokens.join(', ')}.`,
    requirements.length === 0 ? '' : `Requires:\n\n${requirements.map((one) => `- ${one}`).join('\n')}`,
  ];
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

const bearerTokens = [
  ['bearer', 'a session JWT'],
  ['m2m', 'an access token of an M2M client'],
  ['connected-app', 'an access token of a connected app'],
] as const;
