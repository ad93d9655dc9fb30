import { Injectable, type CanActivate, type ExecutionContext, type OnModuleInit } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { StytchStartupError } from '../errors/stytch-startup.error.js';
import { SessionGuard } from './session.guard.js';
import { isProtectedClass, registeredClasses } from './startup-check/registered-classes.js';

/**
 * What `@Protected()` binds with `@UseGuards()`. Nest makes one instance for each module that has a
 * protected class; all of them delegate to the application's one `SessionGuard`, so that
 * `overrideProvider(SessionGuard)` replaces it everywhere. It is needed because Nest does not run
 * global guards for gateways on Nest 11, nor for message handlers of hybrid applications, nor where
 * `guard: false` is set.
 */
@Injectable()
export class ProtectedGuard implements CanActivate, OnModuleInit {
  readonly #moduleRef: ModuleRef;
  #guard: CanActivate | undefined;

  constructor(moduleRef: ModuleRef) {
    this.#moduleRef = moduleRef;
  }

  onModuleInit(): void {
    this.#guard ??= this.findSessionGuard();
  }

  canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    // A microservice may handle messages before onModuleInit, and lazy modules have no onModuleInit.
    this.#guard ??= this.findSessionGuard();
    return this.#guard.canActivate(context);
  }

  private findSessionGuard(): CanActivate {
    const modules = this.#moduleRef.get(ModulesContainer, { strict: false });
    const isProvided = [...modules.values()].some(({ providers }) => providers.has(SessionGuard));
    if (!isProvided) throw moduleMissing(modules);
    return this.#moduleRef.get<CanActivate>(SessionGuard, { strict: false });
  }
}

function moduleMissing(modules: ModulesContainer): StytchStartupError {
  const protectedClasses = registeredClasses(modules).filter(isProtectedClass);
  return new StytchStartupError(
    protectedClasses.map(({ metatype }) => ({
      className: metatype.name,
      problem: 'requires a session, but neither StytchModule nor StytchB2BModule is imported',
      fix: 'Call forRoot() of one of them in the root module. In a test without it, provide SessionGuard.',
    })),
  );
}
