import { PolicyApi, type StytchResponse } from '../lib/internal.js';

/** Actions by resource. `*` stands for all actions. */
export type TestPermissions = Readonly<Record<string, readonly string[]>>;

/** What roles and scopes allow, in place of the project's RBAC policy. */
export interface TestPolicy {
  readonly roles?: Readonly<Record<string, TestPermissions>>;
  readonly scopes?: Readonly<Record<string, TestPermissions>>;
}

/** Responds with the policy of the test, in Stytch's format. */
export class TestPolicyApi extends PolicyApi {
  constructor(readonly policy: TestPolicy) {
    super();
  }

  override async fetchPolicy(): Promise<StytchResponse<unknown>> {
    const { roles = {}, scopes = {} } = this.policy;
    const policy = { roles: entries(roles, 'role_id'), scopes: entries(scopes, 'scope'), resources: [] };
    return Promise.resolve({ kind: 'ok', body: { policy } });
  }
}

const entries = (all: Readonly<Record<string, TestPermissions>>, idField: 'role_id' | 'scope') =>
  Object.entries(all).map(([id, permissions]) => ({
    [idField]: id,
    permissions: Object.entries(permissions).map(([resource_id, actions]) => ({ resource_id, actions })),
  }));
