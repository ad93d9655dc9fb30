import { Inject, Injectable, type ExecutionContext, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { isDeepStrictEqual } from 'node:util';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { BearerChallenge } from '../http/bearer-challenge.js';
import { isOfSession, type CredentialKind } from '../identity/credential-kind.js';
import type { AcceptedCredentials } from '../session/authenticate-bearer.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { Requirement } from '../authorization/requirement.js';
import {
  ACCESS_KEY,
  ALLOW_CROSS_SITE_KEY,
  CREDENTIALS_KEY,
  END_WITH_SESSION_KEY,
  MAX_TOKEN_AGE_KEY,
  requirementsOf,
  type Access,
} from './access-metadata.js';
import { overriddenMethods } from './startup-check/methods.js';
import { nestMetadata } from './startup-check/nest-metadata.js';

export interface AccessRequirement {
  readonly access: Access;
  /** Whether pages of any site may send state-changing requests to this handler. */
  readonly allowsCrossSite: boolean;
  /** What is required besides authentication; those of the class come first. */
  readonly requirements: readonly Requirement[];
  /** What would be required if the handler were not marked `@Public()` or `@OptionalSession()`. */
  readonly waived: readonly Requirement[];
  readonly credentials: AcceptedCredentials;
  /** `undefined` if a token is used until it expires. */
  readonly maxTokenAgeSeconds: number | undefined;
  /** Whether the response is a stream that ends when its session does. */
  readonly endsWithSession: boolean;
  /** Absent if only cookies are accepted. */
  readonly bearer?: BearerChallenge;
}

/** What each handler requires. Read from its decorators once, then cached. */
@Injectable()
export class AccessRequirements {
  private readonly defaultAccess: Access;
  private readonly defaultCredentials: readonly CredentialKind[];
  private readonly reflector = new Reflector();
  private readonly cache = new WeakMap<object, WeakMap<object, AccessRequirement>>();

  constructor(@Inject(RESOLVED_OPTIONS) { protection, credentials }: ResolvedOptions) {
    this.defaultAccess = protection === 'opt-out' ? 'protected' : 'public';
    this.defaultCredentials = credentials;
  }

  of(context: ExecutionContext): AccessRequirement {
    return this.ofHandler(context.getClass(), context.getHandler());
  }

  /** Keyed by class and handler, since classes may share a handler by inheritance. */
  ofHandler(controller: Type, handler: object): AccessRequirement {
    let forClass = this.cache.get(controller);
    if (forClass === undefined) this.cache.set(controller, (forClass = new WeakMap()));
    let requirement = forClass.get(handler);
    if (requirement === undefined)
      forClass.set(handler, (requirement = this.read(controller, handler as Type)));
    return requirement;
  }

  /**
   * Access, credentials, the age of tokens and what ends a stream override on a handler those of its class.
   * Requirements add up. What the methods that the handler overrides declare counts too, except for access,
   * which binds the guard.
   */
  private read(controller: Type, handler: Type): AccessRequirement {
    const targets = [handler, controller];
    const access =
      this.reflector.getAllAndOverride<Access | undefined>(ACCESS_KEY, targets) ?? this.defaultAccess;
    const declaring = [handler, ...(overriddenMethods(controller, handler) as Type[]), controller];
    const declared = declaring.toReversed().flatMap(requirementsOf).filter(isFirstMention);
    const requirements = access === 'protected' ? declared : [];
    const credentials = this.credentialsOf(access, declaring);
    return {
      access,
      allowsCrossSite:
        this.reflector.getAllAndOverride<boolean | undefined>(ALLOW_CROSS_SITE_KEY, targets) ?? false,
      requirements,
      waived: access === 'protected' ? [] : declared,
      credentials,
      maxTokenAgeSeconds:
        access === 'protected'
          ? this.reflector.getAllAndOverride<number | undefined>(MAX_TOKEN_AGE_KEY, declaring)
          : undefined,
      endsWithSession:
        this.reflector.getAllAndOverride<boolean | undefined>(END_WITH_SESSION_KEY, declaring) ??
        Reflect.hasMetadata(nestMetadata.serverSentEvents, handler),
      ...(!isOnlyCookie(credentials) && { bearer: challengeOf(credentials, requirements) }),
    };
  }

  /** An optional handler requires no scope, so that access tokens are not accepted there. */
  private credentialsOf(access: Access, targets: Type[]): AcceptedCredentials {
    const kinds =
      this.reflector.getAllAndOverride<readonly CredentialKind[] | undefined>(CREDENTIALS_KEY, targets) ??
      this.defaultCredentials;
    return new Set(access === 'optional' ? kinds.filter(isOfSession) : kinds);
  }
}

/** False for a requirement that is declared again, as overriding methods do. */
const isFirstMention = (requirement: Requirement, index: number, all: readonly Requirement[]): boolean =>
  all.findIndex((other) => isDeepStrictEqual(other, requirement)) === index;

const isOnlyCookie = (credentials: AcceptedCredentials) =>
  credentials.size === 1 && credentials.has('cookie');

const challengeOf = (
  credentials: AcceptedCredentials,
  requirements: readonly Requirement[],
): BearerChallenge => ({
  scope: [...new Set(requirements.flatMap((one) => (one.kind === 'scopes' ? one.allOf : [])))].join(' '),
  acceptsConnectedApps: credentials.has('connected-app'),
});
