import { Inject, Injectable } from '@nestjs/common';
import type { B2BClient } from 'stytch';
import type { FinishCall, FinishResult, DiscoveredResult } from '../../lib/index.js';
import {
  NetworkLimits,
  RESOLVED_OPTIONS,
  SizeBoundedCache,
  StytchCalls,
  type HttpExchange,
  type ResolvedOptions,
} from '../../lib/internal.js';
import { readOrganization } from '../../lib/auth/read-fields.js';
import { SignInOrganizations, type OrganizationResult } from '../../lib/auth/sign-in-organizations.js';
import { readIntermediateSessionToken } from '../../lib/auth/read-incomplete-sign-in.js';
import { readOrganizations } from './discovered-organizations.js';
import { exchangeIntermediateSession } from './exchange-intermediate-session.js';

/** What the sign-in page of an organization depends on. */
interface CachedOrganization {
  /** Undefined if the organization allows all methods, and if there is no such organization. */
  readonly allowedMethods: ReadonlySet<string> | undefined;
  readonly expiresAtMs: number;
}

const cachedForMs = 60_000;
const maxCacheBytes = 1024 * 1024;
/** A generous estimate, with the key and up to ten names. */
const entryBytes = 1024;

/** The organizations of a B2B project, for the steps of signing in. */
@Injectable()
export class MemberOrganizations extends SignInOrganizations {
  readonly #cache = new SizeBoundedCache<CachedOrganization>(maxCacheBytes, () => entryBytes);
  /** People who open the page of an organization at the same time share one call. */
  readonly #inFlight = new Map<string, Promise<ReadonlySet<string> | undefined>>();

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly calls: StytchCalls<B2BClient>,
    private readonly networks: NetworkLimits,
  ) {
    super();
  }

  override get areRequired(): boolean {
    return !this.options.organizations.discovery;
  }

  override read(value: unknown): OrganizationResult {
    const isMissing = value === undefined || value === null || value === '';
    if (isMissing && !this.areRequired) return { kind: 'valid', organization: undefined };
    const result = readOrganization(value);
    return result.kind === 'valid' ? { kind: 'valid', organization: result.value } : result;
  }

  override async allowedMethods(
    organization: string,
    exchange: HttpExchange,
  ): Promise<ReadonlySet<string> | undefined> {
    const cached = this.#cache.get(organization);
    if (cached !== undefined && cached.expiresAtMs > this.options.clock.monotonicMs())
      return cached.allowedMethods;
    const inFlight = this.#inFlight.get(organization);
    if (inFlight !== undefined) return inFlight;
    if ((await this.networks.count('lookup', exchange)) !== undefined) return undefined;
    return this.#inFlight.get(organization) ?? this.lookUpOnce(organization);
  }

  /**
   * A person who is a member of one organization, may join no other and can't create one has nothing to choose. If
   * Stytch does not let them in, the chooser says so.
   */
  override async enterOnly(discovered: DiscoveredResult, call: FinishCall<B2BClient>): Promise<FinishResult> {
    if (this.areRequired) return { kind: 'refused', code: 'sign_in_not_started' };
    const [only, ...others] = readOrganizations(discovered.body);
    const token = readIntermediateSessionToken(discovered.body);
    const hasChoice = only?.membership !== 'member' || others.length > 0;
    if (hasChoice || this.options.organizations.create === 'allow' || typeof token !== 'string')
      return discovered;
    const response = await exchangeIntermediateSession(call, { token, organization: only.id });
    return response.kind === 'ok' ? response : discovered;
  }

  private lookUpOnce(organization: string): Promise<ReadonlySet<string> | undefined> {
    const lookup = this.lookUp(organization).finally(() => this.#inFlight.delete(organization));
    this.#inFlight.set(organization, lookup);
    return lookup;
  }

  /** If the organization can't be looked up, all methods are shown: Stytch refuses those it does not allow. */
  private async lookUp(organization: string): Promise<ReadonlySet<string> | undefined> {
    const response = await this.calls.call(
      { name: 'organizations/get', kind: 'sign_in', isRetryable: true },
      ({ client }) => client.organizations.get({ organization_id: organization }),
    );
    if (response.kind === 'unavailable') return undefined;
    const allowedMethods = response.kind === 'ok' ? readAllowedMethods(response.body) : undefined;
    const expiresAtMs = this.options.clock.monotonicMs() + cachedForMs;
    this.#cache.set(organization, { allowedMethods, expiresAtMs });
    return allowedMethods;
  }
}

function readAllowedMethods(body: unknown): ReadonlySet<string> | undefined {
  const { organization } = body as {
    organization?: { auth_methods?: unknown; allowed_auth_methods?: unknown };
  };
  const { auth_methods, allowed_auth_methods } = organization ?? {};
  if (auth_methods !== 'RESTRICTED' || !Array.isArray(allowed_auth_methods)) return undefined;
  return new Set(allowed_auth_methods.filter((method) => typeof method === 'string'));
}
