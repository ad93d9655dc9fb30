import type { INestApplicationContext } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { describeRequirement } from '../authorization/requirement.js';
import type { CredentialKind } from '../identity/credential-kind.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { AccessRequirements, type AccessRequirement } from './access-requirements.js';
import { comparedTenant } from './compared-tenant.js';
import { pathsOfRoute } from './startup-check/declared-paths.js';
import { nestMetadata } from './startup-check/nest-metadata.js';
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
  /**
   * Whether its response goes on when its session ends. Only for routes with `@Sse()` or `@EndWithSession()` that are
   * not public. Subscriptions, and sockets that were admitted, always end with their session.
   */
  readonly stream?: 'ends_with_session' | 'outlives_session';
  /**
   * Where a call names the organization that is compared with the session's, as `organizations.tenant` says: `:org`,
   * `subdomain of app.example.com` or `function`. A call that names none, such as one to the host of `appUrl`, is
   * accepted from any organization; with `none`, every call is. Absent without the option, and if it is public.
   */
  readonly tenant?: string;
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
  const modules = app.get(ModulesContainer);
  const { organizations } = app.get<ResolvedOptions>(RESOLVED_OPTIONS, { strict: false });
  const prefix = globalPrefixOf(app.get(ApplicationConfig));
  const handlers = registeredClasses(modules, { withFactories: true }).flatMap(({ metatype, methods }) =>
    methods.flatMap(({ name, method, kinds }) =>
      kinds.map((kind): HandlerAccess => {
        const required = requirements.ofHandler(metatype, method);
        const handler = { handler: `${metatype.name}.${name}`, kind, access: required.access };
        const waived = required.waived.map(describeRequirement);
        if (required.access === 'public')
          return { ...handler, credentials: [], allowsCrossSite: false, requirements: [], waived };
        const stream = kind === 'route' ? streamOf(required, method) : undefined;
        const tenant = comparedTenant(organizations.tenant, kind, () =>
          pathsOfRoute(modules, metatype, method).map((path) => prefix + path),
        );
        return {
          ...handler,
          credentials: [...required.credentials],
          allowsCrossSite: required.allowsCrossSite,
          ...(stream && { stream }),
          ...(tenant !== undefined && { tenant }),
          requirements: [...describeTokenAge(required), ...required.requirements.map(describeRequirement)],
          waived,
        };
      }),
    ),
  );
  handlers.sort((one, other) => compare(key(one), key(other)));
  return { handlers, toString: () => handlers.map(lineOf).join('\n') };
}

/** Empty if some routes are without it. */
const globalPrefixOf = (application: ApplicationConfig): string =>
  (application.getGlobalPrefixOptions().exclude ?? []).length === 0 ? application.getGlobalPrefix() : '';

function streamOf({ endsWithSession }: AccessRequirement, method: object): HandlerAccess['stream'] {
  if (endsWithSession) return 'ends_with_session';
  return Reflect.hasMetadata(nestMetadata.serverSentEvents, method) ? 'outlives_session' : undefined;
}

function lineOf({
  handler,
  access,
  credentials,
  allowsCrossSite,
  stream,
  tenant,
  requirements,
  waived,
}: HandlerAccess): string {
  const isDefault = access === 'public' || credentials.join() === 'cookie';
  const words = [
    isDefault ? access : `${access} (${credentials.join(', ')})`,
    allowsCrossSite && 'cross-site allowed',
    stream && streamWords[stream],
    tenant && (tenant === 'none' ? 'any organization' : `organization by ${tenant}`),
    ...requirements,
    ...waived.map((requirement) => `waives ${requirement}`),
  ];
  return `${handler}: ${words.filter(Boolean).join(', ')}`;
}

const streamWords = { ends_with_session: 'ends with its session', outlives_session: 'outlives its session' };

/** In words, like {@link describeRequirement}; empty if a token is used until it expires. */
export const describeTokenAge = ({ maxTokenAgeSeconds }: AccessRequirement): string[] =>
  maxTokenAgeSeconds === undefined ? [] : [`token of the last ${maxTokenAgeSeconds} s`];

const key = ({ handler, kind }: HandlerAccess) => `${handler} ${kind}`;

/** Not `localeCompare`, so that the order is the same on every machine. */
const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
