// Also runs on Nest 11 and 12 from the packed tarballs, see test/package.
import { Injectable } from '@nestjs/common';
import { Args, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import {
  CurrentSession,
  describeAccess,
  OptionalSession,
  Protected,
  Public,
  Require,
  RequireRoles,
  StytchOptionsError,
  type AccessCheck,
  type RefusalCode,
  type UserSession,
} from 'nestjs-stytch';
import { graphql } from 'nestjs-stytch/graphql';
import type { TestBrowser } from 'nestjs-stytch/testing';
import {
  codesOf,
  graphqlModule,
  resultOf,
  send,
  subscribe,
  type ConnectionDetails,
  type GraphqlResult,
  type ReceivedEvents,
} from '../support/graphql.js';
import { endSession } from '../support/end-session.js';
import { InProcessChannel } from '../support/in-process-channel.js';
import {
  browserWithExpiredJwt,
  callsTo,
  cookiesOf,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
} from '../support/sessions.js';
import type { MintedSession } from 'stytch-emulator';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';
import { until } from '../support/until.js';
import { useApplication } from '../support/use-application.js';
import { b2bCallsTo, browserOfMember, useB2BApplication } from '../support/use-b2b-application.js';

const typeDefs = `
  type Query { me: String! maybe: String greeting: String! notes(count: Int!): [Note!]! forbidden: String }
  type Note { id: Int! text: String secret: String }
  type Subscription { ticks: Int! audit: Int! owner: String! }
`;

/** Counts how often requirements are checked. */
@Injectable()
class CountedCheck implements AccessCheck {
  count = 0;
  check() {
    this.count += 1;
    return true;
  }
}

@Injectable()
class Refuses implements AccessCheck {
  check() {
    return false;
  }
}

@Resolver('Note')
class NotesResolver {
  @Protected()
  @Query('me')
  me(@CurrentSession() session: UserSession) {
    return session.userId;
  }

  @OptionalSession()
  @Query('maybe')
  maybe(@CurrentSession() session?: UserSession) {
    return session?.userId ?? 'nobody';
  }

  @Public()
  @Query('greeting')
  greeting(@CurrentSession() session?: UserSession) {
    return session === undefined ? 'hello' : 'who are you?';
  }

  @Require(Refuses)
  @Query('forbidden')
  forbidden() {
    return 'secret';
  }

  @Public()
  @Query('notes')
  notes(@Args('count') count: number) {
    return Array.from({ length: count }, (_, id) => ({ id }));
  }

  @Require(CountedCheck)
  @ResolveField('text')
  text(@Parent() { id }: { id: number }, @CurrentSession() session: UserSession) {
    return `${id} of ${session.userId}`;
  }

  @Require(Refuses)
  @ResolveField('secret')
  secret() {
    return 'secret';
  }

  @Protected()
  @Subscription('ticks')
  async *ticks() {
    yield { ticks: 1 };
    // Nothing more happens: what ends it is the session.
    await new Promise(() => undefined);
  }

  @Protected({ credentials: ['cookie', 'bearer'] })
  @Subscription('owner')
  async *owner(@CurrentSession() session: UserSession) {
    yield { owner: session.userId };
    await new Promise(() => undefined);
  }

  @Protected({ credentials: ['cookie', 'bearer'] })
  @RequireRoles('auditor')
  @Subscription('audit')
  async *audit() {
    yield { audit: 1 };
    await new Promise(() => undefined);
  }
}

const refusedWith = (code: string, path: string) => [`${path}: ${code}`];

it.each<[string, unknown, string[]]>([
  ['no object', 'req', ['(options)']],
  ['null', null, ['(options)']],
  ['a wrong type', { requestOf: 'req' }, ['requestOf']],
  ['null for a function', { responseOf: null }, ['responseOf']],
  ['an unknown option', { request: () => undefined }, ['request']],
  [
    'several problems',
    { requestOf: 1, responseOf: {}, context: true },
    ['requestOf', 'responseOf', 'context'],
  ],
])('graphql() throws for %s, with all problems', (_, options, paths) => {
  let thrown: unknown;
  try {
    graphql(options as never);
  } catch (error) {
    thrown = error;
  }

  expect(thrown).toBeInstanceOf(StytchOptionsError);
  const { problems, message } = thrown as StytchOptionsError;
  expect(problems.map(({ path }) => path)).toEqual(paths);
  for (const path of paths) expect(message).toContain(path);
});

describePlatforms('GraphQL', (platform) => {
  const settings = (context: object = {}) => ({
    platform,
    providers: [NotesResolver, CountedCheck, Refuses],
    imports: [graphqlModule(platform, typeDefs, context)],
    options: { transports: [graphql()] },
  });
  const stage = useApplication(settings());
  const others: ApplicationUnderTest[] = [];
  async function startAnother(options = {}, context = {}): Promise<ApplicationUnderTest> {
    const { emulator } = stage;
    const common = settings(context);
    const application = await startApplication({
      ...common,
      emulator,
      options: { ...common.options, ...options },
    });
    others.push(application);
    return application;
  }
  afterEach(async () => {
    await Promise.all(others.splice(0).map((application) => application.close()));
  });
  const signedIn = (application = stage.application) =>
    signedInBrowser({ emulator: stage.emulator, application });

  it('runs a protected resolver with the session, and refuses it without', async () => {
    const { application } = stage;
    const { browser, session } = await signedIn(application);
    stage.emulator.requests.clear();

    expect(await resultOf(browser, '{ me maybe greeting }')).toEqual({
      me: session.user_id,
      maybe: session.user_id,
      greeting: 'hello',
    });
    const response = await send(application.browser(), '{ maybe greeting me }');
    expect(response.json()).toEqual({
      data: null,
      errors: [
        {
          message: 'Sign in to continue.',
          path: ['me'],
          locations: [{ line: 1, column: 18 }],
          extensions: { code: 'session_missing', ...(platform === 'Fastify' && { http: { status: 401 } }) },
        },
      ],
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('responds with the data of the other fields if a field resolver refuses', async () => {
    const { browser } = await signedIn();
    const response = await send(browser, '{ notes(count: 2) { id secret } forbidden }');

    expect(response.status).toBe(200);
    const { data, errors } = response.json() as Required<GraphqlResult>;
    expect(data).toEqual({ notes: [0, 1].map((id) => ({ id, secret: null })), forbidden: null });
    expect(codesOf(errors).sort()).toEqual([
      'forbidden: requirement_not_met',
      'notes.0.secret: requirement_not_met',
      'notes.1.secret: requirement_not_met',
    ]);
  });

  it('refreshes a session once for a thousand fields, checks each, and writes the cookies', async () => {
    const { application } = stage;
    const { browser, session } = await browserWithExpiredJwt(stage);
    stage.emulator.requests.clear();
    const response = await send(browser, '{ notes(count: 1000) { text } }');

    const { data } = response.json() as { data: { notes: { text: string }[] } };
    expect(data.notes.at(-1)).toEqual({ text: `999 of ${session.user_id}` });
    expect(application.app.get(CountedCheck).count).toBe(1000);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
    expect(Object.keys(cookiesSetBy(response))).toContain(jwtCookie);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('refuses an operation of a page of another site', async () => {
    const { browser } = await signedIn();

    expect(await resultOf(browser, '{ me }', { origin: 'https://evil.example' })).toEqual(
      refusedWith('cross_site_refused', 'me'),
    );
  });

  it('responds that it is unknown while Stytch is unreachable, and when to try again', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'status', status: 500 });
    const { errors } = (await send(browser, '{ me }')).json() as {
      errors: { extensions: { code: string; retryAfter?: number } }[];
    };

    expect(errors.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({ code: 'stytch_unavailable', retryAfter: expect.any(Number) as unknown }),
    ]);
  });

  it('finds no session where the application hides the request, unless it says where it is', async () => {
    const hide = { context: (request: object) => ({ req: {}, inner: { hidden: request } }) };
    const [hidden, shown] = [
      await startAnother({}, hide),
      await startAnother(
        {
          transports: [
            graphql({
              requestOf: ({ inner }: { inner: { hidden: { req?: object } } }) =>
                inner.hidden.req ?? inner.hidden,
            }),
          ],
        },
        hide,
      ),
    ];
    // Mercurius adds the reply to each context.
    const refused = refusedWith('context_not_supported', 'me');
    const { browser, session } = await signedIn(hidden);
    expect(await resultOf(browser, '{ me }')).toEqual(
      platform === 'Express' ? refused : { me: session.user_id },
    );
    const { browser: other, session: otherSession } = await signedIn(shown);
    expect(await resultOf(other, '{ me }')).toEqual({ me: otherSession.user_id });
  });

  it('refuses everything that is protected where graphql() is not in transports', async () => {
    const { browser } = await signedIn(await startAnother({ transports: [] }));
    const { errors } = (await send(browser, '{ me }')).json() as Required<GraphqlResult>;

    expect(errors.map(({ message }) => message)).toEqual([
      'This handler requires a session, and sessions are not supported on its transport.',
    ]);
    expect(await resultOf(browser, '{ greeting }')).toEqual({ greeting: 'hello' });
  });

  it('appears in the report of what each handler requires', async () => {
    const lines = String(describeAccess(stage.application.app)).split('\n');

    expect(lines.filter((line) => line.startsWith('Notes'))).toEqual([
      'NotesResolver.audit: protected (cookie, bearer), role auditor',
      'NotesResolver.forbidden: protected, Refuses',
      'NotesResolver.greeting: public',
      'NotesResolver.maybe: optional',
      'NotesResolver.me: protected',
      'NotesResolver.notes: public',
      'NotesResolver.owner: protected (cookie, bearer)',
      'NotesResolver.secret: protected, Refuses',
      'NotesResolver.text: protected, CountedCheck',
      'NotesResolver.ticks: protected',
    ]);
  });

  describe('a subscription', () => {
    const started: ReceivedEvents[] = [];
    const subscribeTo = (
      field: string,
      application: ApplicationUnderTest,
      headers: Record<string, string> = {},
      details?: ConnectionDetails,
    ) => {
      const received = subscribe(application, `subscription { ${field} }`, headers, details);
      started.push(received);
      return received;
    };
    const ticks = (application: ApplicationUnderTest, headers?: Record<string, string>) =>
      subscribeTo('ticks', application, headers);
    /** A subscription that has received its first event, and the browser that it belongs to. */
    async function running(application: ApplicationUnderTest) {
      const { browser, session } = await signedIn(application);
      const received = ticks(application, { cookie: browser.cookieHeader });
      await until(() => received.events.length > 0);
      return { browser, session, received };
    }
    const bearer = ({ session_jwt }: MintedSession) => ({ authorization: `Bearer ${session_jwt}` });
    const signOut = async (browser: TestBrowser) => {
      expect((await browser.request('POST', '/auth/logout')).status).toBe(204);
    };
    afterEach(async () => {
      await Promise.all(started.splice(0).map((received) => received.stop()));
    });

    it.each<[string, RefusalCode, (cookie: string) => Record<string, string>]>([
      ['without a session', 'session_missing', () => ({})],
      [
        'from a page of another site',
        'cross_site_refused',
        (cookie) => ({ cookie, origin: 'https://evil.example' }),
      ],
      ['from a page without an origin', 'cross_site_refused', (cookie) => ({ cookie, origin: 'null' })],
      ['with the cookies of two sessions', 'session_ambiguous', (cookie) => ({ cookie })],
    ])('is refused %s', async (_, code, headersWith) => {
      const { application, emulator } = stage;
      const { browser } = await signedIn(application);
      const other = await emulator.sessions.create({ email: 'eve@example.com' });
      const isAmbiguous = code === 'session_ambiguous';
      const cookie = browser.cookieHeader + (isAmbiguous ? `; ${cookiesOf(other)}` : '');
      const received = ticks(application, headersWith(cookie));

      expect(await received.ended).toEqual([expect.stringMatching(new RegExp(`${code}$`))]);
      expect(received.events).toEqual([]);
    });

    describe('of one person, with a token of another', () => {
      const isMercurius = platform === 'Fastify';
      const inInit = (details: Record<string, unknown>): ConnectionDetails => ({ connectionParams: details });
      /** Whose events they are, or why there are none. */
      const ownerOf = async (headers: Record<string, string>, details: ConnectionDetails) => {
        const { events, ended } = subscribeTo('owner', stage.application, headers, details);
        let hasEnded = false;
        void ended.then(() => {
          hasEnded = true;
        });
        await until(() => hasEnded || events.length > 0);
        return events.length > 0 ? (events[0] as { owner: string }).owner : (await ended).join();
      };

      /** With nothing else, with cookies in the handshake, and with a bearer token there. */
      const ignored = ['session_missing', 'mine', 'mine'];
      /** Mercurius adds the headers in `connection_init` to those of the handshake, and replaces none. */
      const addedBearer = isMercurius ? ['other', 'other', 'mine'] : ignored;
      const addedCookies = isMercurius ? ['other', 'mine', 'mine'] : ignored;

      it.each<[string, string[], (other: MintedSession) => ConnectionDetails]>([
        ['access_token of the URL', ignored, (other) => ({ search: `?access_token=${other.session_jwt}` })],
        ['a cookie of the URL', ignored, (other) => ({ search: `?stytch_session_jwt=${other.session_jwt}` })],
        ['connection_init', addedBearer, (other) => inInit(bearer(other))],
        ['headers of connection_init', addedBearer, (other) => inInit({ headers: bearer(other) })],
        ['cookies of connection_init', addedCookies, (other) => inInit({ cookie: cookiesOf(other) })],
        ['another name in connection_init', ignored, (other) => inInit({ token: other.session_jwt })],
        ['cookies that are no text', ignored, () => inInit({ cookie: [jwtCookie] })],
        ['a header that is no text', ignored, (other) => inInit({ authorization: [bearer(other)] })],
        ['a header that can not be text', ignored, () => inInit({ authorization: { toString: 1 } })],
      ])('in %s', async (_, expected, detailsOf) => {
        const { emulator } = stage;
        const [mine, other] = [
          await emulator.sessions.create({ email: 'ada@example.com' }),
          await emulator.sessions.create({ email: 'eve@example.com' }),
        ];
        const details = detailsOf(other);
        const nameOf = (owner: string) =>
          owner === mine.user_id ? 'mine' : owner === other.user_id ? 'other' : owner.split(': ').at(-1);

        expect([
          nameOf(await ownerOf({}, details)),
          nameOf(await ownerOf({ cookie: cookiesOf(mine) }, details)),
          nameOf(await ownerOf(bearer(mine), details)),
        ]).toEqual(expected);
      });
    });

    it('ends with the sign-out of its session, and not with that of another', async () => {
      const { application } = stage;
      const [mine, other] = [await running(application), await running(application)];
      await signOut(mine.browser);

      expect(await mine.received.ended).toEqual([expect.stringMatching(/session_revoked$/)]);
      expect(mine.received.events).toEqual([{ ticks: 1 }]);
      expect(await Promise.race([other.received.ended, Promise.resolve('runs')])).toBe('runs');
    });

    it('ends with a sign-out on another instance', async () => {
      const channel = new InProcessChannel();
      const options = { shared: { revocations: channel } };
      const [here, elsewhere] = [await startAnother(options), await startAnother(options)];
      const { browser, received } = await running(here);
      const there = elsewhere.browser();
      for (const [name, value] of browser.cookies) there.cookies.set(name, value);
      await signOut(there);

      expect(await received.ended).toEqual([expect.stringMatching(/session_revoked$/)]);
    });

    it('ends when its session expires', async () => {
      const { received } = await running(stage.application);
      stage.emulator.clock.advance({ minutes: 61 });

      expect(await received.ended).toEqual([expect.stringMatching(/session_(expired|revoked)$/)]);
    });

    it.each<[string, (session: MintedSession) => Record<string, string>]>([
      ['cookies', (session) => ({ cookie: cookiesOf(session) })],
      ['a bearer JWT', bearer],
    ])(
      'with %s ends when a refresh shows that its session has lost the role, and others of the session go on',
      async (_, headersOf) => {
        const { application, emulator } = stage;
        await emulator.sessions.create({ email: 'ada@example.com', roles: ['auditor'] });
        const { browser, session, received } = await running(application);
        const audit = subscribeTo('audit', application, headersOf(session));
        await until(() => audit.events.length > 0);
        emulator.requests.clear();
        emulator.clock.advance({ minutes: 6 });
        await until(() => callsTo(emulator).length === 1);
        // Waits for the same refresh, so that the clock is not moved during the call.
        expect(await resultOf(browser, '{ me }')).toMatchObject({ me: expect.any(String) as unknown });
        expect(await Promise.race([audit.ended, Promise.resolve('runs')])).toBe('runs');
        await emulator.sessions.create({ email: 'ada@example.com', roles: [] });
        emulator.clock.advance({ minutes: 6 });

        expect(await audit.ended).toEqual([expect.stringMatching(/role_missing$/)]);
        expect(await Promise.race([received.ended, Promise.resolve('runs')])).toBe('runs');
      },
    );

    it('is continued with one call for each JWT, and ends when Stytch has revoked its session', async () => {
      const { received, session } = await running(stage.application);
      stage.emulator.requests.clear();
      stage.emulator.clock.advance({ minutes: 6 });
      await until(() => callsTo(stage.emulator).length > 0);
      expect(await Promise.race([received.ended, Promise.resolve('runs')])).toBe('runs');

      await endSession(stage.emulator, session.session_id);
      stage.emulator.clock.advance({ minutes: 6 });
      expect(await received.ended).toEqual([expect.stringMatching(/session_revoked$/)]);
      expect(callsTo(stage.emulator)).toEqual([
        'POST /v1/sessions/authenticate',
        'POST /v1/sessions/revoke',
        'POST /v1/sessions/authenticate',
      ]);
    });
  });
});

describePlatforms('GraphQL at the hosts of organizations', (platform) => {
  const stage = useB2BApplication({
    platform,
    providers: [NotesResolver, CountedCheck, Refuses],
    imports: [graphqlModule(platform, typeDefs)],
    options: {
      transports: [graphql()],
      appUrl: 'http://app.localhost:3000',
      cookies: { domain: 'app.localhost' },
      organizations: { tenant: { subdomainOf: 'app.localhost' } },
    },
  });

  it('ends a subscription when a refresh shows that its organization has another slug, and none that names the id', async () => {
    const { application, emulator } = stage;
    const { organization_id: id } = await emulator.organizations.create({ name: 'Before', slug: 'before' });
    const { browser } = await browserOfMember(stage, { organization: id, email: 'ada@example.com' });
    const ticksAt = async (label: string) => {
      const headers = { cookie: browser.cookieHeader, host: `${label}.app.localhost` };
      const received = subscribe(application, 'subscription { ticks }', headers);
      await until(() => received.events.length > 0);
      return received;
    };
    const [byId, bySlug] = [await ticksAt(id), await ticksAt('before')];
    emulator.clock.advance({ seconds: 1 });
    await emulator.organizations.update(id, { slug: 'after' });
    emulator.clock.advance({ minutes: 6 });

    expect(await bySlug.ended).toEqual([': organization_mismatch']);
    expect([bySlug.events, byId.events]).toEqual([[{ ticks: 1 }], [{ ticks: 1 }]]);
    expect(await Promise.race([byId.ended, Promise.resolve('runs')])).toBe('runs');
    expect(b2bCallsTo(emulator)).toEqual(['POST /v1/b2b/sessions/authenticate']);
    await Promise.all([bySlug.stop(), byId.stop()]);
  });
});
