import { Inject, Injectable, Logger, type OnModuleInit, type Type } from '@nestjs/common';
import { ApplicationConfig, ModuleRef, ModulesContainer } from '@nestjs/core';
import { StytchStartupError, type StytchStartupProblem } from '../../errors/stytch-startup.error.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { AccessRequirements } from '../access-requirements.js';
import { bindsSessionGuard, hasGuard } from '../bind-guard.js';
import { SessionGuard } from '../session.guard.js';
import { findCredentialProblems } from './credential-problems.js';
import { findProblems, missingChecks, protectedFieldResolvers, unguardedHandlers } from './find-problems.js';
import { findLostDeclarations } from './lost-declarations.js';
import { graphqlModuleOptions } from './nest-metadata.js';
import { registeredClasses, type RegisteredClass } from './registered-classes.js';

/**
 * Stops the start of an application in which a handler could run without the protection that its
 * decorators declare. What the metadata of classes shows is checked while the application is
 * created, since a microservice may handle messages before `onModuleInit`. What only instances show
 * (providers made by factories, the options of `GraphQLModule`, global guards, the scope of checks) is
 * checked there.
 */
@Injectable()
export class StartupCheck implements OnModuleInit {
  readonly #modules: ModulesContainer;
  readonly #moduleRef: ModuleRef;
  readonly #application: ApplicationConfig;

  constructor(
    modules: ModulesContainer,
    moduleRef: ModuleRef,
    application: ApplicationConfig,
    private readonly requirements: AccessRequirements,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.#modules = modules;
    this.#moduleRef = moduleRef;
    this.#application = application;
    this.logIgnored();
    this.stopOn(this.classes().flatMap((registered) => this.problemsOf(registered)));
  }

  onModuleInit(): void {
    const classes = this.classes({ withFactories: true });
    const madeByFactories = classes.filter(({ registrations }) => registrations.has('factory'));
    this.stopOn([
      ...madeByFactories.flatMap((registered) => this.problemsOf(registered)),
      ...classes.flatMap((registered) => missingChecks(registered, (check) => this.isProvided(check))),
      ...(this.guardsFieldResolvers() ? [] : classes.flatMap(protectedFieldResolvers)),
      ...(this.hasGlobalGuard()
        ? []
        : classes.flatMap((registered) => unguardedHandlers(registered, bindsGuard))),
    ]);
  }

  private problemsOf(registered: RegisteredClass): StytchStartupProblem[] {
    return [
      ...findProblems(registered, this.options.protection),
      ...findLostDeclarations(registered),
      ...findCredentialProblems(registered, this.requirements, this.options.transports),
    ];
  }

  private classes(settings?: { withFactories: boolean }): RegisteredClass[] {
    const { ignore } = this.options.startupCheck;
    return registeredClasses(this.#modules, settings).filter(({ metatype }) => !ignore.has(metatype));
  }

  private stopOn(problems: readonly StytchStartupProblem[]): void {
    if (problems.length > 0) throw new StytchStartupError(problems);
  }

  private isProvided(check: Type): boolean {
    try {
      return this.#moduleRef.get<unknown>(check, { strict: false }) !== undefined;
    } catch {
      return false;
    }
  }

  private logIgnored(): void {
    const names = [...this.options.startupCheck.ignore].map(({ name }: Type) => name);
    if (names.length === 0) return;
    new Logger('Stytch').warn(`Not checked for protection (startupCheck.ignore): ${names.join(', ')}.`);
  }

  private guardsFieldResolvers(): boolean {
    const graphqlOptions = [...this.#modules.values()].flatMap(({ providers }) => {
      const wrapper = providers.get(graphqlModuleOptions);
      return wrapper === undefined ? [] : [wrapper.instance as { fieldResolverEnhancers?: unknown }];
    });
    return graphqlOptions.every(({ fieldResolverEnhancers }) =>
      [fieldResolverEnhancers].flat().includes('guards'),
    );
  }

  /** Opt-in needs none: `@Protected()` binds its own guard. */
  private hasGlobalGuard(): boolean {
    if (this.options.protection === 'opt-in') return true;
    const sessionGuard = this.#moduleRef.get<unknown>(SessionGuard, { strict: false });
    return this.#application.getGlobalGuards().some((guard) => guard === sessionGuard);
  }
}

/** Whether the guard is bound to this class or method with `@UseGuards()`. */
const bindsGuard = (target: object): boolean => hasGuard(target) || bindsSessionGuard(target);
