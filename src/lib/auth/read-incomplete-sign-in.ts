import type { PrimaryRequired } from '../errors/refusal.js';

/** A response to an `authenticate` operation of a B2B project that starts no session. */
export interface IncompleteSignIn {
  readonly intermediateSessionToken: unknown;
  /** Undefined if a second factor is missing. */
  readonly primaryRequired: PrimaryRequired | undefined;
}

/** The token of somebody who is not signed in yet, unchecked. */
export const readIntermediateSessionToken = (body: unknown): unknown =>
  ((body ?? {}) as Record<string, unknown>)['intermediate_session_token'];

/**
 * What is missing if Stytch started no session, because the organization requires another primary method or a
 * second factor. Undefined if the sign-in is complete.
 */
export function readIncompleteSignIn(body: unknown): IncompleteSignIn | undefined {
  const { member_authenticated, primary_required, organization } = (body ?? {}) as Record<string, unknown>;
  if (member_authenticated !== false) return undefined;
  const { organization_id } = (organization ?? {}) as Record<string, unknown>;
  const isPrimaryRequired = typeof primary_required === 'object' && primary_required !== null;
  return {
    intermediateSessionToken: readIntermediateSessionToken(body),
    primaryRequired:
      isPrimaryRequired && typeof organization_id === 'string'
        ? { organizationId: organization_id, allowedAuthMethods: allowedIn(primary_required) }
        : undefined,
  };
}

function allowedIn({ allowed_auth_methods }: { allowed_auth_methods?: unknown }): readonly string[] {
  const methods: readonly unknown[] = Array.isArray(allowed_auth_methods) ? allowed_auth_methods : [];
  return methods.filter((method) => typeof method === 'string');
}
