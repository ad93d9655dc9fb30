import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { TransportStart } from '../access/transport-start.js';
import { StytchOptionsError } from '../errors/stytch-options.error.js';
import { StytchHealth } from '../health/stytch-health.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { StytchProduct } from '../ports/stytch-product.js';
import { InstanceNotices } from '../session/notices/instance-notices.js';
import { RevocationRetries } from '../session/revoke/revocation-retries.js';
import { SessionWatch } from '../session/watch/session-watch.js';
import { BackgroundKeyFetch } from '../session/verify/background-key-fetch.js';
import { BoundedDispatcher } from '../stytch-api/bounded-dispatcher.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';

/** What happens when an application with the module starts and stops. */
@Injectable()
export class ModuleLifecycle implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  readonly #http: { readonly httpAdapter?: unknown };

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly product: StytchProduct,
    private readonly routes: ApplicationRoutes,
    private readonly keyFetch: BackgroundKeyFetch,
    private readonly health: StytchHealth,
    private readonly dispatcher: BoundedDispatcher,
    private readonly revocationRetries: RevocationRetries,
    private readonly notices: InstanceNotices,
    private readonly watch: SessionWatch,
    private readonly transportStart: TransportStart,
    @Inject(HttpAdapterHost) http: { readonly httpAdapter?: unknown },
    modules: ModulesContainer,
  ) {
    this.#http = http;
    requireOnlyOne(modules);
  }

  /**
   * Learns what other instances have revoked, and fetches the keys without delaying startup. An application without
   * HTTP, such as a script, may not verify a session at all; it fetches them when it needs them.
   */
  async onApplicationBootstrap(): Promise<void> {
    // Before the server listens: a session that was signed out elsewhere must not work here.
    await this.notices.start();
    this.options.telemetry?.observe(() => this.health.check());
    this.revocationRetries.start();
    this.transportStart.start();
    if (!this.#http.httpAdapter) return;
    this.keyFetch.start();
    const { callbackUrl, webhookUrl } = this.routes;
    if (callbackUrl === undefined) return;
    const logger = new Logger('Stytch');
    logger.log(
      `Stytch at ${this.options.apiUrl}. Register this redirect URL there, for ${this.product.redirectUrlTypes}: ${callbackUrl}`,
    );
    if (webhookUrl !== undefined)
      logger.log(`Add this endpoint to the webhooks of the project: ${webhookUrl}`);
  }

  /** The first of Nest's hooks: its server is open until those of `beforeApplicationShutdown` have run. */
  onModuleDestroy(): void {
    this.health.reportShutdown();
    this.keyFetch.stop();
  }

  /** Nest has closed the HTTP server before, so the requests that need Stytch are complete. */
  async onApplicationShutdown(): Promise<void> {
    this.watch.shutDown();
    await this.revocationRetries.shutDown();
    await this.notices.shutDown();
    await this.dispatcher.destroy();
    this.options.telemetry?.close();
  }
}

/**
 * A second module, of either product, would add a second guard and a second set of login routes, and read
 * the same cookies.
 */
function requireOnlyOne(modules: ModulesContainer): void {
  const names = [...modules.values()]
    .filter(({ providers }) => providers.has(RESOLVED_OPTIONS))
    .map(({ metatype }) => metatype.name);
  if (names.length <= 1) return;
  const kinds = [...new Set(names)].sort();
  throw new StytchOptionsError([
    kinds.length > 1
      ? {
          path: kinds.join(' and '),
          given: 'modules for both products in one application',
          allowed: 'one of them',
          fix: 'A project of Stytch is for consumers or for organizations. Use StytchB2BModule with the credentials of a B2B project, and StytchModule with those of a consumer project.',
        }
      : {
          path: kinds.join(),
          given: `${names.length} registrations with different options in one application`,
          allowed: 'one',
          fix: 'Call forRoot once, in the root module. The module is global, so other modules need no import.',
        },
  ]);
}
