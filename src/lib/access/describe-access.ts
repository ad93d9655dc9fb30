import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { describeRequirement } from '../authorization/requirement.js';
import type { CredentialKind } from '../identity/credential-kind.js';
import { AccessRequirements, type AccessRequirement } from './access-requirements.js';
import { registeredClasses } from './startup-check/registered-classes.js';

/** What one handler requires. */
export interface HandlerAccess {
  /** The class and the method, such as `InvoicesController.approve`. */
  readonly handler: string;
  /** How Nest calls it. */
  readonly kind: 'route' | 'gateway_message' | 'message_pattern' | 'resolver' | 'field_resolver';
  /** Whether it needs authentication. */
  readonly access: 'protected' | 'public' | 'optional';
  /** The kinds of credentials that it accepts; empty if it is public. */
  readonly credentials: readonly CredentialKind[];
  /** Whether `@AllowCrossSite()` lets pages of any site use the person's cookies there. `false` if it is public. */
  readonly allowsCrossSite: boolean;
  /** What it requires besides authentication, in words. */
  readonly requirements: readonly string[];
  /** What its class or a method that it overrides requires, and `@Public()` or `@OptionalSession()` waives. */
  readonly waived: readonly string[];
}

/** What every handler of an application requires. */
export interface AccessReport {
  /** Sorted by handler. */
  readonly handlers: readonly HandlerAccess[];
  /** One line per handler, the same in each run: for a snapshot test. */
  toString(): string;
}

/**
 * What every handler of an application requires: routes, gateway messages, message patterns and
 * resolvers. With a snapshot test of it, a handler that lost its decorator shows in a review.
 *
 * @param app an application or application context that imports `StytchModule`
 *
 * @example
 * ```ts
 * expect(String(describeAccess(app))).toMatchSnapshot();
 * ```
 */
export function describeAccess(app: INestApplicationContext): AccessReport {
  const requirements = app.get(AccessRequirements, { strict: false });
  const handlers = registeredClasses(app.get(ModulesContainer), { withFactories: true }).flatMap(
    ({ metatype, methods }): HandlerAccess[] =>
      methods.flatMap(({ name, method, kinds }) =>
        kinds.map((kind) => {
          const required = requirements.ofHandler(metatype, method);
          return {
            handler: `${metatype.name}.${name}`,
            kind,
            access: required.access,
            credentials: required.access === 'public' ? [] : [...required.credentials],
            allowsCrossSite: required.access !== 'public' && required.allowsCrossSite,
            requirements: [...describeTokenAge(required), ...required.requirements.map(describeRequirement)],
            waived: required.waived.map(describeRequirement),
          };
        }),
      ),
  );
  handlers.sort((one, other) => compare(key(one), key(other)));
  return { handlers, toString: () => handlers.map(lineOf).join('\n') };
}

function lineOf({
  handler,
  access,
  credentials,
  allowsCrossSite,
  requirements,
  waived,
}: HandlerAccess): string {
  const isDefault = access === 'public' || credentials.join() === 'cookie';
  const by = isDefault ? access : `${access} (${credentials.join(', ')})`;
  const origin = allowsCrossSite ? ['cross-site allowed'] : [];
  return `${handler}: ${[by, ...origin, ...requirements, ...waived.map((words) => `waives ${words}`)].join(', ')}`;
}

/** In words, like {@link describeRequirement}; empty if a token is used until it expires. */
export const describeTokenAge = ({ maxTokenAgeSeconds }: AccessRequirement): string[] =>
  maxTokenAgeSeconds === undefined ? [] : [`token of the last ${maxTokenAgeSeconds} s`];

const key = ({ handler, kind }: HandlerAccess) => `${handler} ${kind}`;

/** Not `localeCompare`, so that the order is the same on every machine. */
const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
