import type { Client, Session, StytchStaticOptions } from '../lib/index.js';
import {
  GIVEN_OPTIONS,
  PolicyApi,
  RESOLVED_OPTIONS,
  resolveOptions,
  SessionApi,
  STATIC_OPTIONS,
  StytchProduct,
  type GivenOptions,
  type ResolvedOptions,
} from '../lib/internal.js';
import { TestPolicyApi, type TestPolicy } from './test-policy-api.js';
import { TestSessionApi } from './test-session-api.js';
import { TestTokens } from './test-tokens.js';

/** The options of `testSessions()`. */
export interface TestSessionsOptions {
  /**
   * What roles and scopes allow, in place of the project's RBAC policy.
   * @default nothing
   */
  readonly policy?: TestPolicy;
}

/** The part of `TestingModuleBuilder` of `@nestjs/testing` that is used. */
export interface OverridableModule {
  overrideProvider(token: unknown): {
    useValue(value: unknown): unknown;
    useFactory(options: { factory: (...values: never[]) => unknown; inject: unknown[] }): unknown;
  };
}

/**
 * The headers of signed-in requests, for tests of an application over HTTP without a network, an account or
 * an emulator. Only what calls Stytch is replaced: tokens are genuine and verified, and the application's
 * guard, requirements and options apply.
 */
export interface TestSessions {
  /**
   * Makes the application under test accept these sessions. Stytch is never called: the login routes
   * respond 503, and so does what uses the Stytch client.
   *
   * @param builder the builder that `Test.createTestingModule()` returned; its module imports `StytchModule`
   * or `StytchB2BModule`
   * @returns the same builder
   * @throws {Error} with `NODE_ENV=production`
   */
  override<Builder extends OverridableModule>(builder: Builder): Builder;
  /**
   * The headers of a browser that is signed in.
   *
   * @param session of `aSession()`, or of `aMemberSession()` with `StytchB2BModule`
   * @throws {Error} before the testing module is compiled
   * @throws {TypeError} for an object that these did not return
   */
  signedInAs(session: Session): Record<string, string>;
  /**
   * The headers of a request with a bearer token, for handlers whose `credentials` accept it: the JWT of a
   * session, or the access token of a client.
   *
   * @param principal of `aSession()`, `aMemberSession()`, `aClient()` or `aConnectedApp()`
   * @throws {Error} before the testing module is compiled
   * @throws {TypeError} for a session that these did not return
   */
  withBearerOf(principal: Session | Client): Record<string, string>;
}

/** Of no project, so that nothing can reach Stytch by mistake. In production they are refused. */
const credentials = {
  projectId: 'project-test-00000000-0000-4000-8000-000000000000',
  secret: 'secret-test-emulator-of-test-sessions',
  // Nothing listens there, so that a call fails at once.
  apiUrl: 'http://127.0.0.1:9',
};

/**
 * Sessions for tests over HTTP. See {@link TestSessions}.
 *
 * @example
 * ```ts
 * const sessions = testSessions({ policy: { roles: { editor: { documents: ['read', 'write'] } } } });
 * const testing = await sessions.override(Test.createTestingModule({ imports: [AppModule] })).compile();
 * // …
 * await request(app.getHttpServer())
 *   .get('/documents')
 *   .set(sessions.signedInAs(aSession({ roles: ['editor'] })))
 *   .expect(200);
 * ```
 */
export function testSessions({ policy = {} }: TestSessionsOptions = {}): TestSessions {
  let api: TestSessionApi | undefined;
  const requireApi = (): TestSessionApi => {
    if (api !== undefined) return api;
    throw new Error(
      'The application does not accept these sessions yet. Compile the testing module first: await sessions.override(Test.createTestingModule({ … })).compile().',
    );
  };
  return {
    override(builder) {
      if (process.env['NODE_ENV'] === 'production') {
        throw new Error('testSessions() is for tests only, and NODE_ENV is production.');
      }
      builder.overrideProvider(RESOLVED_OPTIONS).useFactory({
        factory: optionsOfTest,
        inject: [GIVEN_OPTIONS, STATIC_OPTIONS, StytchProduct],
      });
      builder.overrideProvider(SessionApi).useFactory({
        factory: (options: ResolvedOptions) => (api = new TestSessionApi(new TestTokens(options))),
        inject: [RESOLVED_OPTIONS],
      });
      builder.overrideProvider(PolicyApi).useValue(new TestPolicyApi(policy));
      return builder;
    },
    signedInAs(session) {
      const { jwtName } = requireApi().tokens.options.cookies;
      return { cookie: `${jwtName}=${requireApi().start(session)}` };
    },
    withBearerOf(principal) {
      const token =
        'sessionId' in principal ? requireApi().start(principal) : requireApi().tokens.accessToken(principal);
      return { authorization: `Bearer ${token}` };
    },
  };
}

/** The application's options, with credentials of no project. `appUrl` is the application's if it has one. */
function optionsOfTest(
  given: GivenOptions,
  staticOptions: StytchStaticOptions,
  product: StytchProduct,
): ResolvedOptions {
  const options: Partial<ReturnType<GivenOptions>> = given();
  return resolveOptions(
    { ...options, appUrl: options.appUrl ?? 'http://localhost:3000', ...credentials },
    staticOptions,
    product.name,
  );
}
