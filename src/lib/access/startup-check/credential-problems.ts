import type { StytchStartupProblem } from '../../errors/stytch-startup.error.js';
import type { Requirement } from '../../authorization/requirement.js';
import type { AccessRequirement, AccessRequirements } from '../access-requirements.js';
import type { StytchTransport } from '../../ports/transport.js';
import type { HandlerKind } from './methods.js';
import type { RegisteredClass } from './registered-classes.js';

type Problem = Pick<StytchStartupProblem, 'problem' | 'fix'>;

/** Handlers whose credentials do not fit what else they require, or their transport. */
export function findCredentialProblems(
  { metatype, methods }: RegisteredClass,
  accessRequirements: AccessRequirements,
  transports: readonly StytchTransport[] = [],
): StytchStartupProblem[] {
  return methods
    .filter(({ kinds }) => kinds.length > 0)
    .flatMap(({ name, method, kinds }) => {
      const required = accessRequirements.ofHandler(metatype, method);
      if (required.access !== 'protected') return [];
      return [
        ...unscopedConnectedApps(required),
        ...unmeetableRequirements(required),
        ...kinds.flatMap((kind) => unreadableCredentials(required, transportOf(kind, transports))),
      ].map((problem) => ({
        className: metatype.name,
        methodName: name,
        ...problem,
      }));
    });
}

/**
 * Every connected app of the project could call such a handler on behalf of anybody who has connected it:
 * the audience of its access tokens is the whole project. A scope is also required by a permission, since
 * the permissions of a connected app come from its scopes.
 */
function unscopedConnectedApps({ credentials, requirements }: AccessRequirement): Problem[] {
  const isScoped = requirements.some(({ kind }) => kind === 'scopes' || kind === 'permission');
  if (isScoped || !credentials.has('connected-app')) return [];
  return [
    {
      problem: 'accepts the access tokens of connected apps, and requires no scope',
      fix: "Add @RequireScopes() or @RequirePermission(), or remove 'connected-app' from its credentials.",
    },
  ];
}

const contextTypeOf: Record<HandlerKind, string> = {
  route: 'http',
  gateway_message: 'ws',
  message_pattern: 'rpc',
  resolver: 'graphql',
  field_resolver: 'graphql',
};

const transportOf = (kind: HandlerKind, transports: readonly StytchTransport[]) =>
  transports.find(({ contextType }) => contextType === contextTypeOf[kind]);

/** Such a handler would refuse everybody too: a message has no cookie. */
function unreadableCredentials(
  { credentials }: AccessRequirement,
  transport: StytchTransport | undefined,
): Problem[] {
  const readable = transport?.credentials ?? [...credentials];
  if (readable.some((kind) => credentials.has(kind))) return [];
  const accepted = [...credentials].join(', ');
  return [
    {
      problem: `accepts only the credentials ${accepted}, and calls of its transport have only ${readable.join(', ')}`,
      fix: `Use @Protected({ credentials: ['${readable.join("', '")}'] }) with those that it should accept.`,
    },
  ];
}

const ofSessions: readonly Requirement['kind'][] = ['roles', 'factors', 'recent_sign_in'];

/** Such a handler would refuse everybody. */
function unmeetableRequirements({ credentials, requirements }: AccessRequirement): Problem[] {
  const acceptsSessions = credentials.has('cookie') || credentials.has('bearer');
  const acceptsClients = credentials.has('m2m') || credentials.has('connected-app');
  const problems: Problem[] = [];
  if (!acceptsClients && requirements.some(({ kind }) => kind === 'scopes')) {
    problems.push({
      problem: 'requires a scope, and accepts only sessions, which have none',
      fix: "Add the kinds of access tokens, such as @Protected({ credentials: ['m2m'] }), or use @RequirePermission().",
    });
  }
  if (!acceptsSessions && requirements.some(({ kind }) => ofSessions.includes(kind))) {
    problems.push({
      problem:
        'requires a role, a factor or a recent sign-in, and accepts only access tokens, which have none',
      fix: "Add 'cookie' or 'bearer' to its credentials, or use @RequireScopes() or @RequirePermission().",
    });
  }
  return problems;
}
