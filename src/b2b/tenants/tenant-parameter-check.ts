import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { StytchOptionsError } from '../../lib/index.js';
import { declaredPaths, RESOLVED_OPTIONS, type ResolvedOptions } from '../../lib/internal.js';

/**
 * Stops the start of an application in which no route has the parameter that `organizations.tenant` names: with
 * a misspelled one, no request would be checked.
 */
@Injectable()
export class TenantParameterCheck implements OnModuleInit {
  readonly #modules: ModulesContainer;
  readonly #application: ApplicationConfig;
  readonly #http: { readonly httpAdapter?: unknown };

  constructor(
    modules: ModulesContainer,
    application: ApplicationConfig,
    @Inject(HttpAdapterHost) http: { readonly httpAdapter?: unknown },
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.#modules = modules;
    this.#application = application;
    this.#http = http;
  }

  /** The global prefix is set before. */
  onModuleInit(): void {
    const { tenant } = this.options.organizations;
    if (typeof tenant !== 'object' || !('path' in tenant) || !this.#http.httpAdapter) return;
    const paths = [this.#application.getGlobalPrefix(), ...declaredPaths(this.#modules)];
    const parameter = new RegExp(`${tenant.path}(?!\\w)`);
    if (paths.some((path) => parameter.test(path))) return;
    throw new StytchOptionsError([
      {
        path: 'organizations.tenant',
        given: `{ path: '${tenant.path}' }`,
        allowed: 'a parameter of a route of this application',
        fix: `No route has the parameter ${tenant.path}, so no request would be checked. Correct the name, or omit the option.`,
      },
    ]);
  }
}
