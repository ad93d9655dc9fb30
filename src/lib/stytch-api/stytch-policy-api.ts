import { Injectable } from '@nestjs/common';
import { PolicyApi } from '../ports/policy-api.js';
import type { StytchResponse } from '../ports/stytch-response.js';
import { StytchCalls } from './stytch-calls.js';

const settings = {
  name: 'rbac/policy',
  kind: 'policy',
  isRetryable: true,
  // Every role and scope is listed with its permissions.
  maxBodyBytes: 4 * 1024 * 1024,
} as const;

/** The operation of the clients of both products. */
interface PolicyClient {
  readonly rbac: { policy(): Promise<unknown> };
}

/** The policy call. The client of the product knows the path. */
@Injectable()
export class StytchPolicyApi extends PolicyApi {
  constructor(private readonly calls: StytchCalls<PolicyClient>) {
    super();
  }

  fetchPolicy(): Promise<StytchResponse<unknown>> {
    return this.calls.call(settings, ({ client }) => client.rbac.policy());
  }
}
