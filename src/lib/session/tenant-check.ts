import { Injectable } from '@nestjs/common';
import { refusalOf, type Refusal } from '../errors/refusal.js';
import type { Client } from '../identity/client.js';
import type { Session } from '../identity/session.js';
import { bearerResultOf, type BearerResult } from './authenticate-bearer.js';
import { whenSettled, type MaybePromise } from './maybe-promise.js';
import type { SessionResult, SignedIn } from './session-result.js';

/** The request is for a tenant that the session or the client does not belong to: 403. */
export interface TenantMismatch {
  readonly kind: 'tenant_mismatch';
  readonly code: 'organization_mismatch';
  /** As the request names it. Absent if it names none that could exist, so that switching would not help. */
  readonly tenant?: string;
  /** Absent for a client, which has no session. */
  readonly signedIn?: SignedIn;
}

/**
 * The step after authentication that compares the tenant that a request is for with the one of the session.
 * It is separate from the requirements of handlers: what a role permits, it permits in one tenant.
 *
 * All methods return a promise only if they wait for Stytch.
 */
export abstract class TenantCheck {
  /** @param platformRequest the request of Express or Fastify; undefined if there is none, which names no tenant */
  check(result: SessionResult, platformRequest: unknown): MaybePromise<SessionResult | TenantMismatch> {
    return result.kind === 'signed_in' && platformRequest !== undefined
      ? this.checkSession(result, platformRequest)
      : result;
  }

  /** @param platformRequest as for {@link check} */
  checkBearer(result: BearerResult, platformRequest: unknown): MaybePromise<BearerResult | TenantMismatch> {
    if (result.kind !== 'authenticated' || platformRequest === undefined) return result;
    const { principal, signedIn } = result;
    if (signedIn === undefined) return this.checkClient(principal, platformRequest) ?? result;
    return whenSettled(this.checkSession(signedIn, platformRequest), (checked) => {
      if (checked === signedIn) return result;
      return checked.kind === 'tenant_mismatch' ? checked : bearerResultOf(checked);
    });
  }

  /**
   * For what stays open after its request: reads the tenant of the request once, and returns a check that refuses a
   * refreshed session which is not of it. Its claims are new, so Stytch is not asked.
   *
   * @param platformRequest as for {@link check}
   */
  recheckOf(platformRequest: unknown): (session: Session) => Refusal | undefined {
    if (platformRequest === undefined) return () => undefined;
    const isOfTenant = this.recheckOfRequest(platformRequest);
    return (session) => (isOfTenant(session) ? undefined : refusalOf('organization_mismatch'));
  }

  /**
   * Returns the given result if the request is for the session's tenant or for none. Asking Stytch gives another one, also for
   * the same session: the time of the check (`checkedAt`) is no longer that of the decision.
   */
  protected abstract checkSession(
    signedIn: SignedIn,
    platformRequest: unknown,
  ): MaybePromise<SessionResult | TenantMismatch>;

  /** Returns the mismatch, if there is one. Nobody can be asked whether the tenant of a client was renamed. */
  protected abstract checkClient(client: Client, platformRequest: unknown): TenantMismatch | undefined;

  /** Reads the tenant of the request, and returns whether a session is of it. */
  protected abstract recheckOfRequest(platformRequest: unknown): (session: Session) => boolean;
}

/** For projects without tenants. */
@Injectable()
export class NoTenants extends TenantCheck {
  protected checkSession(signedIn: SignedIn): SignedIn {
    return signedIn;
  }

  protected checkClient(): undefined {
    return undefined;
  }

  protected recheckOfRequest(): () => boolean {
    return () => true;
  }
}
