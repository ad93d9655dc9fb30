import { EmulatorError } from '../emulator-error.js';
import { type Consumer } from '../resources/consumer/consumer.js';
import { type NewRbacPolicy, type RbacPolicy } from '../resources/consumer/rbac/policy.js';
import { policyProblems } from '../resources/consumer/rbac/policy-problems.js';

/** @throws {EmulatorError} `emulator_options_invalid`; the message names every problem */
export function setPolicy({ rbac }: Consumer, policy: NewRbacPolicy): RbacPolicy {
  const problems = policyProblems(policy);
  if (problems.length > 0) {
    const list = problems.map((problem) => `policy${problem}`).join('; ');
    throw new EmulatorError('emulator_options_invalid', `The RBAC policy is invalid: ${list}.`);
  }
  rbac.set(policy);
  return structuredClone(rbac.policy);
}
