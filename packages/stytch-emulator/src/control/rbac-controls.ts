import { EmulatorError } from '../emulator-error.js';
import { type NewRbacPolicy, type RbacPolicy } from '../resources/rbac/policy.js';
import { type Rbac } from '../resources/rbac/rbac.js';

/** @throws {EmulatorError} `emulator_options_invalid`; the message names every problem */
export function setPolicy(rbac: Rbac, policy: NewRbacPolicy): RbacPolicy {
  const problems = rbac.problemsOf(policy);
  if (problems.length > 0) {
    const list = problems.map((problem) => `policy${problem}`).join('; ');
    throw new EmulatorError('emulator_options_invalid', `The RBAC policy is invalid: ${list}.`);
  }
  rbac.set(policy);
  return structuredClone(rbac.policy);
}
