import { Inject, Injectable } from '@nestjs/common';
import type { Client, MemberOrganization, Session } from '../../lib/index.js';
import {
  isOrganizationId,
  LimitedLog,
  RequestAuthenticator,
  RESOLVED_OPTIONS,
  TenantCheck,
  whenSettled,
  type MaybePromise,
  type ResolvedOptions,
  type SessionResult,
  type SignedIn,
  type TenantMismatch,
} from '../../lib/internal.js';
import { isOrganization } from '../is-organization.js';
import type { RequestTenant, TenantReader } from './request-tenant.js';
import { tenantReader } from './tenant-reader.js';

/** Compares the organization that a request is for, by `organizations.tenant`, with the one of the session. */
@Injectable()
export class OrganizationCheck extends TenantCheck {
  readonly #read: TenantReader;

  constructor(
    private readonly authenticator: RequestAuthenticator,
    @Inject(RESOLVED_OPTIONS) { organizations, appUrl, clock }: ResolvedOptions,
  ) {
    super();
    this.#read = tenantReader(organizations.tenant, { log: new LimitedLog(clock), appUrl });
  }

  protected checkSession(
    signedIn: SignedIn,
    platformRequest: unknown,
  ): MaybePromise<SessionResult | TenantMismatch> {
    const request = this.#read(platformRequest);
    if (isFor(request, organizationOf(signedIn.verified.session))) return signedIn;
    if (request.kind !== 'named' || isOrganizationId(request.tenant)) return mismatch(request, signedIn);
    // The slug may have been changed since the token was issued.
    return whenSettled(this.authenticator.confirmClaims(signedIn), (confirmed) =>
      confirmed.kind !== 'signed_in' || isFor(request, organizationOf(confirmed.verified.session))
        ? confirmed
        : mismatch(request, confirmed),
    );
  }

  protected checkClient(client: Client, platformRequest: unknown): TenantMismatch | undefined {
    const request = this.#read(platformRequest);
    const organization = client.kind === 'connected_app' ? client.organization : undefined;
    return isFor(request, organization) ? undefined : mismatch(request);
  }

  protected recheckOfRequest(platformRequest: unknown): (session: Session) => boolean {
    const request = this.#read(platformRequest);
    return (session) => isFor(request, organizationOf(session));
  }
}

const organizationOf = (session: Session): MemberOrganization | undefined =>
  session.kind === 'member' ? session.organization : undefined;

function isFor(request: RequestTenant, organization: MemberOrganization | undefined): boolean {
  if (request.kind === 'named')
    return organization !== undefined && isOrganization(organization, request.tenant);
  return request.kind === 'none';
}

const mismatch = (request: RequestTenant, signedIn?: SignedIn): TenantMismatch => ({
  kind: 'tenant_mismatch',
  code: 'organization_mismatch',
  ...(request.kind === 'named' && { tenant: request.tenant }),
  ...(signedIn && { signedIn }),
});
