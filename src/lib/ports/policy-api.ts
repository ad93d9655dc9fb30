import type { StytchResponse } from './stytch-response.js';

/**
 * The call that fetches the project's RBAC policy. An abstract class for the same reason as `SessionApi`.
 * No method throws: a failure is part of the result.
 */
export abstract class PolicyApi {
  /** Fetches the policy, unchecked. */
  abstract fetchPolicy(): Promise<StytchResponse<unknown>>;
}
