import { Inject, Injectable } from '@nestjs/common';
import { refused } from '../../lib/auth/refused.js';
import type { RefusedSignIn, SignInFinishResult } from '../../lib/index.js';
import {
  isCrossSiteRequest,
  requireExchange,
  RESOLVED_OPTIONS,
  type ResolvedOptions,
} from '../../lib/internal.js';
import {
  OrganizationChoice,
  organizationNameField,
  type OrganizationChoices,
} from './organization-choice.js';

/**
 * Choosing, creating and switching organizations, for a custom controller (`routes: false`), next to `SignIn`. Pass
 * the request and response of Express or Fastify. Each step sets cookies on the response and returns what happened;
 * it throws no refusals. Those that change something check the origin of the request.
 */
@Injectable()
export class OrganizationSignIn {
  /** @internal Created by Nest. */
  constructor(
    private readonly choice: OrganizationChoice,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** The organizations of the person who completed discovery in this browser, or else of the one who is signed in. */
  async list(request: unknown, response: unknown): Promise<OrganizationChoices | RefusedSignIn> {
    return this.choice.list(requireExchange(request, response));
  }

  /**
   * Enters an organization, or joins it if the person may.
   * @param organization its slug or id, as the client sent it
   */
  async enter(request: unknown, response: unknown, organization: unknown): Promise<SignInFinishResult> {
    const exchange = requireExchange(request, response);
    if (isCrossSiteRequest(exchange.request, this.options)) return refused('cross_site_refused');
    return this.choice.enter(exchange, organization);
  }

  /**
   * Creates an organization and enters it, if the option `organizations.create` allows that.
   * @param name as the client sent it
   */
  async create(request: unknown, response: unknown, name: unknown): Promise<SignInFinishResult> {
    const exchange = requireExchange(request, response);
    if (isCrossSiteRequest(exchange.request, this.options)) return refused('cross_site_refused');
    return this.choice.create(exchange, { [organizationNameField.name]: name });
  }

  /** Exchanges the session for one in another organization. The session before is revoked. */
  async switchTo(
    request: unknown,
    response: unknown,
    target: { readonly organization: unknown; readonly returnTo?: unknown },
  ): Promise<SignInFinishResult> {
    const exchange = requireExchange(request, response);
    if (isCrossSiteRequest(exchange.request, this.options)) return refused('cross_site_refused');
    const { organization, returnTo } = target;
    return this.choice.switchTo(exchange, { organization, returnTo });
  }
}
