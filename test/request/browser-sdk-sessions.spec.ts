import { Controller, Get, Post } from '@nestjs/common';
import {
  CurrentSession,
  Protected,
  StytchEvents,
  type Session,
  type StytchModuleOptions,
} from 'nestjs-stytch';
import type { TestResponse } from 'nestjs-stytch/testing';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { BrowserSdk, type CookieOptions } from '../support/browser-sdk.js';
import { CapturedLog } from '../support/captured-log.js';
import { CookieJar } from '../support/cookie-jar.js';
import { endSession } from '../support/end-session.js';
import { callbackPathOf } from '../support/links.js';
import { startMemberEmulator } from '../support/member-emulator.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo, jwtCookie, tokenCookie } from '../support/sessions.js';
import { startApplication, type ApplicationUnderTest, type Product } from '../support/start-application.js';
import { until } from '../support/until.js';

@Protected()
@Controller('account')
class AccountController {
  @Get()
  show(@CurrentSession() session: Session) {
    return { sessionId: session.sessionId };
  }

  @Post()
  change() {
    return {};
  }

  @Protected({ maxTokenAgeSeconds: 0 })
  @Get('now')
  showNow() {
    return {};
  }
}

const renewedJwtHeader = 'X-Session-Jwt';

/** How a front end and the application share a session. */
interface Arrangement {
  readonly options: Partial<StytchModuleOptions>;
  readonly cookieOptions?: CookieOptions;
  readonly signIn: (tab: Tab) => Promise<void>;
  /** What the browser or the front end sends with each request to the application. */
  readonly credentials: (tab: Tab) => Record<string, string>;
}

const cookie = ({ jar }: Tab): Record<string, string> => (jar.header === '' ? {} : { cookie: jar.header });
const readable = { cookies: { readableByBrowserSdk: true } };

const ourRoutes: Arrangement = {
  options: readable,
  signIn: async (tab) => {
    await tab.post('/auth/login', { email: 'ada@example.com' });
    await tab.get(await callbackPathOf(tab.stage.emulator, 'ada@example.com'));
    tab.stage.emulator.messages.clear();
    await tab.sdk.load();
  },
  credentials: cookie,
};
const sdkWithCookies: Arrangement = {
  options: readable,
  signIn: ({ sdk }) => sdk.signIn(),
  credentials: cookie,
};
const sdkWithBearer: Arrangement = {
  options: { credentials: ['bearer'], bearer: { renewedJwtHeader } },
  signIn: ({ sdk }) => sdk.signIn(),
  credentials: ({ sdk: { tokens } }): Record<string, string> =>
    tokens === undefined ? {} : { authorization: `Bearer ${tokens.session_jwt}` },
};

/** The emulator signs the member in, as the methods of the SDK have tests of their own. */
const ofMember: Arrangement = {
  options: readable,
  signIn: async ({ sdk, stage }) => {
    sdk.receive(await stage.emulator.sessions.create({ email: 'ada@example.com' }));
  },
  credentials: cookie,
};

interface Stage {
  readonly emulator: StytchEmulator;
  readonly instances: readonly [ApplicationUnderTest, ApplicationUnderTest];
}

/** Two instances of an application in front of one emulator, for all tests of a block. */
function useInstances(options: Partial<StytchModuleOptions>, product: Product = 'consumer'): Stage {
  const stage = {} as { emulator: StytchEmulator; instances: Stage['instances'] };
  beforeAll(async () => {
    stage.emulator = product === 'b2b' ? await startMemberEmulator() : await startStytchEmulator();
    const settings = { emulator: stage.emulator, controllers: [AccountController], options };
    stage.instances = [await startApplication(settings), await startApplication(settings)];
  });
  beforeEach(() => {
    stage.emulator.requests.clear();
  });
  afterAll(async () => {
    await Promise.all(stage.instances.map((instance) => instance.close()));
    await stage.emulator.close();
  });
  return stage;
}

const first = 0;
const second = 1;

/** A tab of a browser that shows the front end. */
class Tab {
  readonly sdk: BrowserSdk;

  /** @param page the URL of the front end */
  constructor(
    readonly stage: Stage,
    private readonly arrangement: Arrangement,
    private readonly page = 'http://localhost:3000/',
    readonly jar = new CookieJar(new URL(page).hostname, () => stage.emulator.clock.nowMs()),
  ) {
    this.sdk = new BrowserSdk(stage.emulator, jar, page, arrangement.cookieOptions);
  }

  /** Another tab of the same browser. */
  get other(): Tab {
    return new Tab(this.stage, this.arrangement, this.page, this.jar);
  }

  get credentials(): Record<string, string> {
    return this.arrangement.credentials(this);
  }

  get(path: string, instance = first): Promise<TestResponse> {
    return this.#send(instance, (browser) => browser.get(path, this.credentials));
  }

  post(path: string, body: unknown = {}, instance = first): Promise<TestResponse> {
    return this.#send(instance, (browser) => browser.postJson(path, body, this.credentials));
  }

  async #send(
    instance: number,
    send: (browser: ReturnType<ApplicationUnderTest['browser']>) => Promise<TestResponse>,
  ): Promise<TestResponse> {
    const application = this.stage.instances[instance];
    if (application === undefined) throw new Error(`There is no instance ${instance}.`);
    const response = await send(application.browser());
    this.jar.receive(response);
    return response;
  }
}

/** The status of a response, or the code of a refusal. */
const seen = (response: TestResponse): unknown =>
  response.status < 400 ? response.status : (response.json() as { code: string }).code;

/** The calls of the application to Stytch, without those of the browser SDK. */
const callsOfApplication = ({ emulator }: Stage) =>
  callsTo(emulator).filter((call) => !call.includes(' /sdk/'));

/** Whether the front end shows that somebody is signed in. */
const isSignedIn = ({ sdk }: Tab) => sdk.session !== undefined;

/** Of the instance, also in the background. */
const refreshesOf = ({ app: instance }: ApplicationUnderTest) =>
  instance.get(StytchEvents).counts.refreshed ?? 0;

const refresh = 'POST /v1/sessions/authenticate';

describe.each<[string, Arrangement, Product, missing: string]>([
  ['that our routes started, continued by the browser SDK', ourRoutes, 'consumer', 'session_missing'],
  ['that the browser SDK started, sent as cookies', sdkWithCookies, 'consumer', 'session_missing'],
  ['that the browser SDK started, sent as bearer tokens', sdkWithBearer, 'consumer', 'token_missing'],
  ['of a member that the browser SDK started, sent as cookies', ofMember, 'b2b', 'session_missing'],
])('a session %s', (_, arrangement, product, missing) => {
  const stage = useInstances(arrangement.options, product);
  const signedIn = async (): Promise<Tab> => {
    const tab = new Tab(stage, arrangement);
    await arrangement.signIn(tab);
    stage.emulator.requests.clear();
    return tab;
  };
  const onBoth = async (tab: Tab) => [
    seen(await tab.get('/account', first)),
    seen(await tab.get('/account', second)),
  ];
  /** What a copy of the credentials leads to, which another device may have. */
  const copyOf = ({ credentials }: Tab) => {
    const copy = new Tab(stage, { ...arrangement, credentials: () => credentials });
    return { at: async (path: string, instance: number) => seen(await copy.get(path, instance)) };
  };

  it('is accepted by every instance without a call, with the same ids on both sides', async () => {
    const tab = await signedIn();

    const response = await tab.get('/account', second);

    expect([response.status, response.json(), response.setCookies]).toEqual([
      200,
      { sessionId: tab.sdk.session?.session_id },
      [],
    ]);
    expect([await onBoth(tab), callsOfApplication(stage)]).toEqual([[200, 200], []]);
    expect((await tab.get('/auth/session')).json()).toMatchObject({ authenticated: true });
  });

  it('survives the expiry of its JWT in two tabs, with one call per instance', async () => {
    const tab = await signedIn();
    const { other } = tab;
    stage.emulator.clock.advance({ minutes: 6 });

    const responses = await Promise.all(
      [tab, other].flatMap((one) => [one.get('/account', first), one.get('/account', second)]),
    );
    expect([responses.map(seen), callsOfApplication(stage)]).toEqual([
      [200, 200, 200, 200],
      [refresh, refresh],
    ]);

    await Promise.all([tab.sdk.refresh(), other.sdk.refresh()]);
    expect([await onBoth(tab), await onBoth(other)]).toEqual([
      [200, 200],
      [200, 200],
    ]);
    expect([isSignedIn(tab), callsOfApplication(stage)]).toEqual([true, [refresh, refresh]]);
  });

  it('costs no call while the browser SDK refreshes it', async () => {
    const tab = await signedIn();
    for (let refreshes = 0; refreshes < 3; refreshes += 1) {
      stage.emulator.clock.advance({ minutes: 3 });
      await tab.sdk.refresh();

      expect(await onBoth(tab)).toEqual([200, 200]);
    }
    expect(callsOfApplication(stage)).toEqual([]);
  });

  it('never gets a JWT that is older than the one of the browser SDK', async () => {
    const tab = await signedIn();
    stage.emulator.clock.advance({ minutes: 4, seconds: 10 });
    const before = refreshesOf(stage.instances[first]);
    await tab.get('/account');
    await until(() => refreshesOf(stage.instances[first]) > before);
    stage.emulator.clock.advance({ seconds: 10 });
    await tab.sdk.refresh();
    stage.emulator.clock.advance({ minutes: 4, seconds: 10 });

    const { status, setCookies, headers } = await tab.get('/account');

    expect([status, setCookies, headers.get(renewedJwtHeader)]).toEqual([200, [], null]);
  });

  it('that the browser SDK revoked is gone from the browser, and a copy is refused at once where no age is accepted, and otherwise when its JWT has expired', async () => {
    const tab = await signedIn();
    const copy = copyOf(tab);

    await tab.sdk.signOut();

    expect([await onBoth(tab), tab.jar.names, tab.sdk.tokens]).toEqual([[missing, missing], [], undefined]);
    expect(await copy.at('/account', first)).toBe(200);
    expect(await copy.at('/account/now', first)).toBe('session_revoked');
    expect(await copy.at('/account', first)).toBe('session_revoked');
    expect(await copy.at('/account', second)).toBe(200);
    stage.emulator.clock.advance({ minutes: 5, seconds: 6 });
    expect(await copy.at('/account', second)).toBe('session_revoked');
  });

  it('that POST /auth/logout ended is refused at once there, elsewhere when its JWT has expired, and the browser SDK notices at its next refresh', async () => {
    const tab = await signedIn();
    const [copy, { other }] = [copyOf(tab), tab];

    const { status } = await tab.post('/auth/logout');

    expect([status, await copy.at('/account', first), await copy.at('/account', second)]).toEqual([
      204,
      'session_revoked',
      200,
    ]);
    await other.sdk.refresh();
    expect([isSignedIn(other), tab.jar.names]).toEqual([false, []]);
    stage.emulator.clock.advance({ minutes: 5, seconds: 6 });
    expect(await copy.at('/account', second)).toBe('session_revoked');
  });

  it('that POST /auth/logout ended can be cleared in the tab at once', async () => {
    const tab = await signedIn();

    await tab.post('/auth/logout');
    await tab.sdk.signOut();

    expect([isSignedIn(tab), tab.jar.names, seen(await tab.get('/account'))]).toEqual([false, [], missing]);
  });

  it('ends with all others of the person when one of them signs out everywhere', async () => {
    const [phone, laptop] = [await signedIn(), await signedIn()];

    const { status } = await phone.post('/auth/logout', { everywhere: true });

    expect([status, seen(await laptop.get('/account'))]).toEqual([204, 'session_revoked']);
    await laptop.sdk.refresh();
    expect(isSignedIn(laptop)).toBe(false);
  });

  it('is signed out in the other tab by its next refresh', async () => {
    const tab = await signedIn();
    const { other } = tab;
    await other.sdk.load();

    await tab.sdk.signOut();
    await other.sdk.refresh();

    expect([isSignedIn(other), seen(await other.get('/account'))]).toEqual([false, missing]);
  });

  it('that was revoked at Stytch ends on both sides', async () => {
    const tab = await signedIn();
    await endSession(stage.emulator, tab.sdk.session?.session_id ?? '');
    stage.emulator.clock.advance({ minutes: 6 });

    expect(await onBoth(tab)).toEqual(['session_revoked', expect.stringMatching(/revoked|missing/)]);
    await tab.sdk.refresh();
    expect(isSignedIn(tab)).toBe(false);
  });
});

const app = 'https://app.example.com';
const prefixed = {
  opaqueTokenCookieName: `__Host-${tokenCookie}`,
  jwtCookieName: `__Host-${jwtCookie}`,
};

/** An application with a session that the browser SDK started, for the tests of one row. */
async function withTab(
  { options, cookieOptions }: Pick<Arrangement, 'options' | 'cookieOptions'>,
  run: (tab: Tab, log: CapturedLog) => Promise<void>,
): Promise<void> {
  const page = `${options.appUrl ?? 'http://localhost:3000'}/`;
  const emulator = await startStytchEmulator({
    redirectUrls: [`${page}authenticate`, `${page}auth/authenticate`],
    allowedOrigins: [new URL(page).origin],
  });
  const log = new CapturedLog();
  const application = await startApplication({
    emulator,
    controllers: [AccountController],
    options,
    configure: log.attachTo,
  });
  try {
    const stage = { emulator, instances: [application, application] } as const;
    const arrangement = { ...sdkWithCookies, options, ...(cookieOptions && { cookieOptions }) };
    const tab = new Tab(stage, arrangement, page);
    await tab.sdk.signIn();
    await run(tab, log);
  } finally {
    await application.close();
    await emulator.close();
  }
}

describe('the cookies of the browser SDK and of the application', () => {
  it.each<[string, Partial<StytchModuleOptions>, CookieOptions | undefined]>([
    ['with readableByBrowserSdk on localhost', { cookies: { readableByBrowserSdk: true } }, undefined],
    [
      'with readableByBrowserSdk over https',
      { appUrl: app, cookies: { readableByBrowserSdk: true } },
      undefined,
    ],
    [
      'with readableByBrowserSdk and hostPrefix, and the prefixed names in the SDK',
      { appUrl: app, cookies: { readableByBrowserSdk: true, hostPrefix: true } },
      prefixed,
    ],
    [
      'with the same names of their own',
      { appUrl: app, cookies: { readableByBrowserSdk: true, jwtName: 'app_jwt', tokenName: 'app_token' } },
      { jwtCookieName: 'app_jwt', opaqueTokenCookieName: 'app_token' },
    ],
    [
      'with the same domain',
      { appUrl: app, cookies: { readableByBrowserSdk: true, domain: 'example.com' } },
      { availableToSubdomains: true, domain: 'example.com' },
    ],
    [
      'with the path of the SDK set to /',
      { appUrl: app, cookies: { readableByBrowserSdk: true } },
      { path: '/' },
    ],
  ])('are the same ones: %s', async (_, options, cookieOptions) => {
    await withTab({ options, ...(cookieOptions && { cookieOptions }) }, async (tab) => {
      const names = tab.jar.names;
      tab.stage.emulator.clock.advance({ minutes: 6 });
      const refreshed = await tab.get('/account');
      const ofApplication = tab.sdk.tokens;
      await tab.sdk.refresh();
      const bySdk = await tab.get('/account');

      expect([names.length, seen(refreshed), refreshed.setCookies.length]).toEqual([2, 200, 1]);
      expect(ofApplication?.session_jwt).toBe(/=([^;]*)/.exec(refreshed.setCookies[0] ?? '')?.[1]);
      expect([seen(bySdk), bySdk.setCookies, tab.jar.names]).toEqual([200, [], names]);
      await tab.post('/auth/logout');
      expect(tab.jar.names).toEqual([]);
    });
  });
});

describe('cookie settings of the browser SDK that differ from those of the application', () => {
  /** The SDK signs somebody else in, without the cookies of the session before. */
  const signInAsAnother = async ({ sdk, stage }: Tab) => {
    sdk.receive(await stage.emulator.sessions.create({ email: 'grace@example.com' }));
  };

  it('over https by default: the session is missing, and the log says so once', async () => {
    await withTab({ options: { appUrl: app } }, async (tab, { lines }) => {
      const responses = [await tab.get('/account'), await tab.get('/account')];

      expect(responses.map(seen)).toEqual(['session_missing', 'session_missing']);
      expect(lines.filter((line) => line.includes('browser SDK'))).toEqual([
        `warn A request has the cookie ${jwtCookie}, which is not read here, and not __Host-${jwtCookie}. If Stytch's browser SDK sets it, set cookies.readableByBrowserSdk, or cookies.domain if Stytch sets it as HttpOnly. Stytch`,
      ]);
    });
  });

  it('without readableByBrowserSdk on localhost: the SDK can neither replace nor remove a cookie that the application refreshed', async () => {
    await withTab({ options: {} }, async (tab) => {
      tab.stage.emulator.clock.advance({ minutes: 6 });
      await tab.get('/account');
      await tab.sdk.signOut();

      expect([tab.jar.names, seen(await tab.get('/account'))]).toEqual([[jwtCookie], 200]);
      tab.stage.emulator.clock.advance({ minutes: 6 });
      expect([seen(await tab.get('/account')), tab.jar.names]).toEqual(['session_revoked', []]);
    });
  });

  it('without readableByBrowserSdk on localhost: a sign-in of the SDK does not replace a session of our routes', async () => {
    await withTab({ options: {} }, async (tab) => {
      await ourRoutes.signIn(tab);
      const { session: before } = (await tab.get('/auth/session')).json() as { session: unknown };
      await signInAsAnother(tab);

      expect([isSignedIn(tab), (await tab.get('/auth/session')).json()]).toEqual([
        true,
        { authenticated: true, session: before },
      ]);
      await tab.sdk.load();
      expect([isSignedIn(tab), seen(await tab.get('/account'))]).toEqual([false, 200]);
    });
  });

  it('with a domain in the SDK only: two sessions are ambiguous for one request, and the cookies of the domain are cleared', async () => {
    const options = { appUrl: app, cookies: { readableByBrowserSdk: true } };
    const cookieOptions = { availableToSubdomains: true, domain: 'example.com' };
    await withTab({ options, cookieOptions }, async (tab) => {
      const another = await tab.stage.emulator.sessions.create({ email: 'grace@example.com' });
      tab.jar.write(`${jwtCookie}=${another.session_jwt}; Path=/; Secure`, 'response');

      expect([seen(await tab.get('/account')), seen(await tab.get('/account'))]).toEqual([
        'session_ambiguous',
        200,
      ]);
    });
  });

  it('with a domain in the application only: two sessions stay ambiguous until a sign-out', async () => {
    const options = { appUrl: app, cookies: { readableByBrowserSdk: true, domain: 'example.com' } };
    await withTab({ options }, async (tab) => {
      tab.stage.emulator.clock.advance({ minutes: 6 });
      expect(seen(await tab.get('/account'))).toBe(200);
      await signInAsAnother(tab);

      expect([seen(await tab.get('/account')), seen(await tab.get('/account'))]).toEqual([
        'session_ambiguous',
        'session_ambiguous',
      ]);
      await tab.post('/auth/logout');
      await signInAsAnother(tab);
      expect(seen(await tab.get('/account'))).toBe(200);
    });
  });
});

describe('a session of the browser SDK', () => {
  const stage = useInstances({ ...readable, credentials: ['cookie', 'bearer'] });
  const signedIn = async (): Promise<Tab> => {
    const tab = new Tab(stage, sdkWithCookies);
    await tab.sdk.signIn();
    stage.emulator.requests.clear();
    return tab;
  };

  it('that it was given as an opaque token alone is accepted, although it writes the JWT "undefined"', async () => {
    const { session_token } = await stage.emulator.sessions.create({ email: 'ada@example.com' });
    const tab = new Tab(stage, sdkWithCookies);
    tab.sdk.updateSession({ session_token });
    expect(tab.sdk.tokens).toEqual({ session_token, session_jwt: 'undefined' });

    expect([seen(await tab.get('/account')), seen(await tab.get('/account'))]).toEqual([200, 200]);

    expect([callsOfApplication(stage), tab.sdk.tokens?.session_jwt]).toEqual([
      [refresh],
      expect.stringMatching(/^ey/),
    ]);
  });

  it('of which only the opaque token is left is accepted, with one call', async () => {
    const tab = await signedIn();
    tab.jar.write(`${jwtCookie}=; path=/; max-age=0`, 'script');

    expect([seen(await tab.get('/account')), seen(await tab.get('/account'))]).toEqual([200, 200]);
    expect([callsOfApplication(stage), tab.jar.names.length]).toEqual([[refresh], 2]);
  });

  it.each<[string, boolean]>([
    ['only its opaque token', true],
    ['only its JWT', false],
  ])('can be signed out everywhere by %s', async (_, hasToken) => {
    const [phone, laptop] = [await signedIn(), await signedIn()];
    phone.jar.write(`${hasToken ? jwtCookie : tokenCookie}=; path=/; max-age=0`, 'script');

    const { status } = await phone.post('/auth/logout', { everywhere: true });

    expect([status, seen(await laptop.get('/account')), phone.jar.names]).toEqual([
      204,
      'session_revoked',
      [],
    ]);
  });

  it('is refused in a state-changing request of another site as a cookie, and accepted as a bearer token', async () => {
    const { credentials, sdk } = await signedIn();
    const browser = stage.instances[first].browser();
    const elsewhere = { origin: 'https://spa.example', 'sec-fetch-site': 'cross-site' };

    const byCookie = await browser.postJson('/account', {}, { ...elsewhere, ...credentials });
    const authorization = `Bearer ${sdk.tokens?.session_jwt}`;
    const byBearer = await browser.postJson('/account', {}, { ...elsewhere, authorization });

    expect([seen(byCookie), seen(byBearer)]).toEqual(['cross_site_refused', 201]);
    expect(byBearer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe("session.accept: 'own'", () => {
  const stage = useInstances({
    ...readable,
    credentials: ['cookie', 'bearer'],
    session: { accept: 'own' },
  });

  it.each<[string, Arrangement]>([
    ['as a cookie', sdkWithCookies],
    ['as a bearer token', sdkWithBearer],
  ])('refuses a session of the browser SDK %s, and leaves it alone', async (_, arrangement) => {
    const tab = new Tab(stage, arrangement);
    await tab.sdk.signIn();
    const names = tab.jar.names;

    const response = await tab.get('/account');

    expect([response.json(), response.setCookies]).toEqual([refusalBody('session_not_accepted'), []]);
    expect([(await tab.get('/auth/session')).json(), tab.jar.names]).toEqual([
      { authenticated: false },
      names,
    ]);
    await tab.sdk.refresh();
    stage.emulator.clock.advance({ minutes: 6 });
    expect([seen(await tab.get('/account')), isSignedIn(tab)]).toEqual(['session_not_accepted', true]);
  });

  it('accepts a session of our routes that the browser SDK continues', async () => {
    const tab = new Tab(stage, ourRoutes);
    await ourRoutes.signIn(tab);
    stage.emulator.clock.advance({ minutes: 6 });
    await tab.sdk.refresh();

    expect([isSignedIn(tab), seen(await tab.get('/account', second))]).toEqual([true, 200]);
  });

  it('replaces a session of the browser SDK at the next sign-in here', async () => {
    const tab = new Tab(stage, sdkWithCookies);
    await tab.sdk.signIn();
    const before = tab.sdk.session?.session_id;
    await ourRoutes.signIn(tab);

    expect([seen(await tab.get('/account')), tab.sdk.session?.session_id === before]).toEqual([200, false]);
  });
});
