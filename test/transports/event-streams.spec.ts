// Also runs on Nest 11 and 12 from the packed tarballs, see test/package.
import { Controller, Get, Injectable, Sse, StreamableFile } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import {
  describeAccess,
  EndWithSession,
  OptionalSession,
  Protected,
  Require,
  RequirePermission,
  RequireRecentSignIn,
  RequireRoles,
  sessionOf,
  type AccessCheck,
  type AccessCheckInput,
} from 'nestjs-stytch';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { interval, map } from 'rxjs';
import type { MintedSession } from 'stytch-emulator';
import { callsTo, cookiesOf, keepSession } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { StreamReader } from '../support/stream-reader.js';
import { until } from '../support/until.js';
import { useApplication } from '../support/use-application.js';

const events = () => interval(10).pipe(map((number) => ({ data: String(number) })));

async function* endless() {
  for (;;) {
    yield 'more\n';
    await wait(10);
  }
}

/** Reads the session from the request, where it has to be the one that is checked. */
@Injectable()
class IsAuditor implements AccessCheck {
  check({ context }: AccessCheckInput) {
    return sessionOf(context.switchToHttp().getRequest<object>())?.roles.includes('auditor') === true;
  }
}

@Protected({ credentials: ['cookie', 'bearer', 'm2m'] })
@Controller()
class StreamsController {
  @Sse('events')
  events() {
    return events();
  }

  @RequireRoles('auditor')
  @Sse('audit')
  audit() {
    return events();
  }

  @Require(IsAuditor)
  @Sse('report')
  report() {
    return events();
  }

  @RequireRecentSignIn({ withinSeconds: 600 })
  @Sse('transfers')
  transfers() {
    return events();
  }

  @RequirePermission('documents', 'read')
  @Sse('documents')
  documents() {
    return events();
  }

  @OptionalSession()
  @Sse('news')
  news() {
    return events();
  }

  @EndWithSession(false)
  @Sse('progress')
  progress() {
    return events();
  }

  @EndWithSession()
  @MessagePattern('feed')
  @Get('feed')
  feed() {
    return new StreamableFile(Readable.from(endless()));
  }

  @Get('export')
  export() {
    return new StreamableFile(Readable.from(endless()));
  }
}

@RequireRoles('auditor')
@Controller()
class AuditorsController {
  @OptionalSession()
  @Sse('minutes')
  minutes() {
    return events();
  }
}

const controllers = [StreamsController, AuditorsController];
const providers = [IsAuditor];
const ending = ['events', 'news', 'feed', 'minutes'];
const going = ['progress', 'export'];

describePlatforms('a stream', (platform) => {
  const stage = useApplication({ platform, controllers, providers });
  let readers: Record<string, StreamReader>;

  const open = async (path: string, headers: Record<string, string>) => {
    const reader = await StreamReader.open(`${stage.application.url}/${path}`, headers);
    readers[path] = reader;
    await reader.next();
    return reader;
  };
  const openAll = async (session: MintedSession) => {
    for (const path of [...ending, ...going]) await open(path, { cookie: cookiesOf(session) });
  };
  const arePathsOpen = (paths: string[]) => paths.map((path) => readers[path]?.isOpen);
  const haveEnded = async (withinMs: number) => {
    await until(() => !arePathsOpen(ending).includes(true), withinMs);
    for (const path of going) await readers[path]?.next();
    expect(arePathsOpen(going)).toEqual(going.map(() => true));
  };

  beforeEach(() => {
    readers = {};
  });
  afterEach(() => {
    for (const reader of Object.values(readers)) reader.close();
  });

  it('ends within a second after a sign-out, unless its handler says otherwise', async () => {
    const session = await stage.emulator.sessions.create({ email: 'ada@example.com' });
    await openAll(session);
    const browser = stage.application.browser();
    keepSession(browser, session);
    await browser.request('POST', '/auth/logout');

    await haveEnded(1000);
    expect(
      (await StreamReader.open(`${stage.application.url}/events`, { cookie: cookiesOf(session) })).status,
    ).toBe(401);
  });

  it('ends within a second after its session has expired', async () => {
    await openAll(await stage.emulator.sessions.create({ email: 'ada@example.com' }));
    stage.emulator.clock.advance({ minutes: 61 });

    await haveEnded(1000);
  });

  it.each<[string, (session: MintedSession) => Record<string, string>]>([
    ['cookies', (session) => ({ cookie: cookiesOf(session) })],
    ['a bearer JWT', ({ session_jwt }) => ({ authorization: `Bearer ${session_jwt}` })],
  ])(
    'with %s ends when a refresh shows that its requirement is not met any more, and others of the session go on',
    async (_, headersOf) => {
      const { emulator, application } = stage;
      const session = await emulator.sessions.create({ email: 'ada@example.com', roles: ['auditor'] });
      const headers = headersOf(session);
      const [demanding, others] = [
        ['audit', 'report', 'transfers'],
        ['events', 'minutes'],
      ];
      for (const path of [...demanding, ...others]) await open(path, headers);
      emulator.clock.advance({ minutes: 6 });
      await until(() => callsTo(emulator).length === 1);
      // Waits for the same refresh, so that the clock is not moved during the call.
      await open('feed', headers);
      for (const path of demanding) await readers[path]?.next();
      await emulator.sessions.create({ email: 'ada@example.com', roles: [] });
      emulator.clock.advance({ minutes: 6 });

      await until(() => !arePathsOpen(demanding).includes(true));
      for (const path of others) await readers[path]?.next();
      expect(arePathsOpen(others)).toEqual([true, true]);
      for (const path of demanding)
        expect((await StreamReader.open(`${application.url}/${path}`, headers)).status).toBe(403);
    },
  );

  it('ends at the first refresh after its role has lost the permission in the policy', async () => {
    const { emulator } = stage;
    const grant = (...actions: string[]) =>
      emulator.rbac.setPolicy({
        resources: [{ resource_id: 'documents', actions: ['read', 'write'] }],
        roles: [{ role_id: 'reader', permissions: [{ resource_id: 'documents', actions }] }],
      });
    await grant('read');
    const session = await emulator.sessions.create({ email: 'ada@example.com', roles: ['reader'] });
    emulator.clock.advance({ minutes: 2 });
    const documents = await open('documents', { cookie: cookiesOf(session) });
    await grant('write');
    // The JWT has expired. The policy is from the start of the stream, so that requests do not wait for a newer one.
    emulator.clock.advance({ minutes: 3, seconds: 10 });

    await until(() => !documents.isOpen);
  });

  it('ends within a second after the access token of its client has expired', async () => {
    const { client_id } = await stage.emulator.m2m.createClient({ scopes: [] });
    const { access_token } = await stage.emulator.m2m.issueToken({ clientId: client_id });
    const reader = await open('events', { authorization: `Bearer ${access_token}` });
    stage.emulator.clock.advance({ minutes: 61 });

    await until(() => !reader.isOpen, 1000);
  });

  it('goes on for somebody else, and for nobody where no session is required', async () => {
    const { emulator, application } = stage;
    const [ada, grace] = [
      await emulator.sessions.create({ email: 'ada@example.com' }),
      await emulator.sessions.create({ email: 'grace@example.com' }),
    ];
    await open('events', { cookie: cookiesOf(grace) });
    await open('news', {});
    const browser = application.browser();
    keepSession(browser, ada);
    await browser.request('POST', '/auth/logout');
    await readers['events']?.next();
    await readers['news']?.next();

    expect(arePathsOpen(['events', 'news'])).toEqual([true, true]);
  });

  it('is listed with what ends it', () => {
    const lines = String(describeAccess(stage.application.app)).split('\n');
    const by = 'protected (cookie, bearer, m2m)';

    expect(lines.filter((line) => line.startsWith('Streams'))).toEqual([
      `StreamsController.audit: ${by}, ends with its session, role auditor`,
      `StreamsController.documents: ${by}, ends with its session, permission documents:read`,
      `StreamsController.events: ${by}, ends with its session`,
      `StreamsController.export: ${by}`,
      // The message pattern: nothing ends what it returns.
      `StreamsController.feed: ${by}`,
      `StreamsController.feed: ${by}, ends with its session`,
      'StreamsController.news: optional (cookie, bearer), ends with its session',
      `StreamsController.progress: ${by}, outlives its session`,
      `StreamsController.report: ${by}, ends with its session, IsAuditor`,
      `StreamsController.transfers: ${by}, ends with its session, sign-in within 600 s`,
    ]);
  });
});
