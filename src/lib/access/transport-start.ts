import { Inject, Injectable, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { TransportApplication } from '../ports/transport.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { principalOfArguments } from './attached-principal.js';
import { CallPrincipals } from './call-principals.js';

/** Starts the transports that are switched on. */
@Injectable()
export class TransportStart {
  readonly #modules: ModulesContainer;

  constructor(
    modules: ModulesContainer,
    private readonly principals: CallPrincipals,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.#modules = modules;
  }

  start(): void {
    const application: TransportApplication = {
      instancesOf: (type) => this.instancesOf(type),
      principalOf: (target) => principalOfArguments([target]),
      watch: (target, onEnd) => this.principals.watchCall(target, onEnd),
    };
    for (const transport of this.options.transports) transport.start?.(application);
  }

  private instancesOf<Instance>(type: Type<Instance>): Instance[] {
    return [...this.#modules.values()].flatMap(({ providers }) => {
      const instance: unknown = providers.get(type)?.instance;
      return instance instanceof type ? [instance] : [];
    });
  }
}
