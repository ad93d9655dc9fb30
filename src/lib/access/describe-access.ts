import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { describeRequirement } from '../authorization/requirement.js';
import { AccessRequirements } from './access-requirements.js';
import type { Access } from './access-metadata.js';
import type { HandlerKind } from './startup-check/methods.js';
import { registeredClasses } from './startup-check/registered-classes.js';

/** What one handler requires. */
export interface HandlerAccess {
  /** The class and the method, such as `InvoicesController.approve`. */
  readonly handler: string;
  readonly kind: HandlerKind;
  readonly access: Access;
  /** What it requires besides a session or a client, in words. */
  readonly requirements: readonly string[];
}

/** What every handler of an application requires. `String(report)` is one line per handler. */
export class AccessReport {
  constructor(
    /** Sorted by handler. */
    readonly handlers: readonly HandlerAccess[],
  ) {}

  /** One line per handler, the same in each run: for a snapshot test. */
  toString(): string {
    return this.handlers
      .map(({ handler, access, requirements }) => `${handler}: ${[access, ...requirements].join(', ')}`)
      .join('\n');
  }
}

/**
 * What every handler of an application requires: routes, gateway messages, message patterns and
 * resolvers. With a snapshot test of it, a handler that lost its decorator shows in a review.
 *
 * @param app an application or application context that imports `StytchModule`
 *
 * @example
 * ```ts
 * expect(String(describeAccess(app))).toMatchSnapshot();
 * ```
 */
export function describeAccess(app: INestApplicationContext): AccessReport {
  const requirements = app.get(AccessRequirements, { strict: false });
  const handlers = registeredClasses(app.get(ModulesContainer), { withFactories: true }).flatMap(
    ({ metatype, methods }) =>
      methods.flatMap(({ name, method, kinds }) =>
        kinds.map((kind) => {
          const required = requirements.ofHandler(metatype, method);
          return {
            handler: `${metatype.name}.${name}`,
            kind,
            access: required.access,
            requirements: required.requirements.map(describeRequirement),
          };
        }),
      ),
  );
  return new AccessReport(handlers.sort((one, other) => compare(key(one), key(other))));
}

const key = ({ handler, kind }: HandlerAccess) => `${handler} ${kind}`;

/** Not `localeCompare`, so that the order is the same on every machine. */
const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
