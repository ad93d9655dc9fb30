import { StytchEvents, type Session, type SignInDetails, type StytchEvent } from 'nestjs-stytch';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import { MeController } from '../support/me.controller.js';
import {
  completeWith,
  methodGroups,
  newPerson,
  type MethodRow,
  type Person,
  type Proof,
} from '../support/method-rows.js';
import { refusalBody } from '../support/refusals.js';
import {
  callsTo,
  cookiesSetBy,
  jwtCookie,
  personIdOf,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const startPath = ({ name }: MethodRow) => `/auth/login/${name}/start`;
const crossSite = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };

/** Every rule of signing in, for every method. */
describe.each(methodGroups)('$title', ({ methods, rows }) => {
  describePlatforms('signing in', (platform) => {
    const signIns: { session: Session; details: SignInDetails }[] = [];
    let accepts = true;
    const stage = useApplication({
      platform,
      controllers: [MeController],
      options: {
        methods,
        pages: { afterLogin: '/welcome' },
        limits: { perAddress: { max: 3, windowSeconds: 600 }, perIp: false },
        onSignIn: (session, details) => {
          signIns.push({ session, details });
          return accepts;
        },
      },
    });
    beforeEach(() => {
      signIns.length = 0;
      accepts = true;
    });

    interface Started {
      readonly person: Person;
      readonly browser: TestBrowser;
      readonly response: TestResponse;
    }

    async function start(row: MethodRow, fields: object = {}, browser?: TestBrowser): Promise<Started> {
      const person = newPerson();
      await row.prepare?.(stage.emulator, person);
      stage.emulator.messages.clear();
      stage.emulator.requests.clear();
      const used = browser ?? stage.application.browser();
      const response = await used.postJson(startPath(row), { ...row.fields(person), ...fields });
      return { person, browser: used, response };
    }

    const proofOf = (row: MethodRow, { person, response }: Started): Promise<Proof> =>
      row.proof(stage.emulator, person, response);

    /** Signs in. The last response sets the cookies. */
    async function signIn(row: MethodRow, fields: object = {}, browser?: TestBrowser) {
      const started = await start(row, fields, browser);
      const proof = await proofOf(row, started);
      const response =
        proof.kind === 'none' ? started.response : await completeWith(started.browser, row, proof);
      return { ...started, response, returnTo: returnToOf(response) };
    }

    /** A method that is complete after the first step responds to JSON with JSON. */
    const returnToOf = (response: TestResponse): string | null =>
      response.status === 200
        ? (response.json() as { returnTo: string }).returnTo
        : response.headers.get('location');

    it.each(rows)('$name starts a session and sets both cookies', async (row) => {
      const { browser, response } = await signIn(row, { return_to: '/me?tab=1' });

      const { [jwtCookie]: jwt, [tokenCookie]: token, ...others } = cookiesSetBy(response);
      expect([jwt?.attributes, token?.attributes]).toEqual([
        expect.stringMatching(/; HttpOnly; SameSite=Lax$/),
        expect.stringMatching(/; HttpOnly; SameSite=Lax$/),
      ]);
      expect(Object.keys(others)).toContain('stytch_login');
      expect(others['stytch_login']?.value).toBe('');
      expect([response.headers.get('cache-control'), response.headers.get('referrer-policy')]).toEqual([
        'no-store',
        'no-referrer',
      ]);
      expect((await browser.get('/me')).status).toBe(200);
      expect(callsTo(stage.emulator)).toContain(`POST ${row.authenticatePath}`);
    });

    it.each(rows)('$name redirects to the return address', async (row) => {
      expect((await signIn(row, { return_to: '/me?tab=1' })).returnTo).toBe('/me?tab=1');
    });

    it.each(rows)('$name replaces a return address on another site', async (row) => {
      expect((await signIn(row, { return_to: '//evil.example/me' })).returnTo).toBe('/welcome');
    });

    it.each(rows)('$name does not start for a page of another site', async (row) => {
      const person = newPerson();
      stage.emulator.requests.clear();

      const response = await stage.application
        .browser()
        .postJson(startPath(row), row.fields(person), crossSite);

      expect([response.status, response.json(), response.setCookies]).toEqual([
        403,
        refusalBody('cross_site_refused'),
        [],
      ]);
      expect(callsTo(stage.emulator)).toEqual([]);
    });

    it.each(rows)('$name refuses wrong fields without calling Stytch or setting a cookie', async (row) => {
      stage.emulator.requests.clear();
      for (const fields of [row.wrongFields, {}]) {
        const response = await stage.application.browser().postJson(startPath(row), fields);

        expect([response.status, response.setCookies]).toEqual([400, []]);
        expect(response.json()).toMatchObject({ statusCode: 400, code: expect.stringMatching(/_/) });
      }
      expect(callsTo(stage.emulator)).toEqual([]);
    });

    it.each(rows)('$name shows a page with the form again if a field is wrong', async (row) => {
      const page = await stage.application.browser().postForm(startPath(row), row.wrongFields);

      expect([page.status, page.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
      expect(page.text).toContain(`<form method="post" action="/auth/login`);
    });

    it.each(rows)('$name limits how often a sign-in is started for a recipient', async (row) => {
      if (row.hasRecipient === false) return; // It has no field with an address or a number.
      const person = newPerson();
      await row.prepare?.(stage.emulator, person);
      const statuses: number[] = [];
      for (let n = 0; n < 4; n += 1) {
        stage.emulator.requests.clear();
        const { status } = await stage.application.browser().postJson(startPath(row), row.fields(person));
        statuses.push(status);
      }

      expect(statuses.slice(0, 3).every((status) => status < 300)).toBe(true);
      expect(statuses[3]).toBe(429);
      expect(callsTo(stage.emulator)).toEqual([]);
    });

    it.each(rows)('$name says that Stytch is unavailable if the first step fails', async (row) => {
      if (!row.callsStytch) return; // The browser continues at Stytch by itself.
      const person = newPerson();
      await row.prepare?.(stage.emulator, person);
      stage.emulator.faults.add({ kind: 'status', status: 500 });

      const response = await stage.application.browser().postJson(startPath(row), row.fields(person));

      expect([response.status, response.json()]).toEqual([503, refusalBody('stytch_unavailable')]);
    });

    it.each(rows)('$name can be completed after Stytch failed', async (row) => {
      const started = await start(row);
      const proof = await proofOf(row, started);
      if (proof.kind === 'none') return; // Covered by the first step.
      stage.emulator.faults.add({ kind: 'status', status: 500, path: row.authenticatePath });
      const failed = await completeWith(started.browser, row, proof);
      stage.emulator.faults.clear();

      const response = await completeWith(started.browser, row, proof);

      expect([failed.status, cookiesSetBy(failed)[jwtCookie]]).toEqual([503, undefined]);
      expect([response.status, Object.keys(cookiesSetBy(response))]).toEqual([
        303,
        expect.arrayContaining([jwtCookie, tokenCookie]),
      ]);
    });

    it.each(rows)('$name is not completed by a browser that loads a link in advance', async (row) => {
      const started = await start(row);
      const proof = await proofOf(row, started);
      if (proof.kind !== 'callback') return; // There is no link.
      stage.emulator.requests.clear();
      const prefetched = await started.browser.get(proof.path, { 'sec-purpose': 'prefetch' });
      const head = await started.browser.request('HEAD', proof.path);

      expect([prefetched.status, prefetched.setCookies]).toEqual([204, []]);
      expect([head.status, head.setCookies]).toEqual([200, []]);
      expect(callsTo(stage.emulator)).toEqual([]);
      expect((await completeWith(started.browser, row, proof)).status).toBe(303);
    });

    it.each(rows)('$name is bound to the browser that started it', async (row) => {
      const started = await start(row);
      const proof = await proofOf(row, started);
      if (proof.kind === 'none') return; // It is complete.
      const other = stage.application.browser();
      stage.emulator.requests.clear();

      const response =
        proof.kind === 'code' ? await completeWith(other, row, proof) : await other.visit(proof.path);

      expect(response.status).toBe(row.inAnotherBrowser === 'asked' ? 200 : 400);
      expect(cookiesSetBy(response)[jwtCookie]).toBeUndefined();
      expect(callsTo(stage.emulator)).toEqual([]);
      expect((await completeWith(started.browser, row, proof)).status).toBe(303);
    });

    it.each(rows)('$name is not completed by a page of another site', async (row) => {
      const started = await start(row);
      const proof = await proofOf(row, started);
      if (proof.kind === 'none') return; // It is complete.
      stage.emulator.requests.clear();
      const path = proof.kind === 'code' ? `/auth/login/${row.name}/finish` : '/auth/authenticate';

      const response = await started.browser.postForm(
        path,
        proof.kind === 'code' ? { code: proof.code } : { token: 'x'.repeat(44) },
        crossSite,
      );

      expect([response.status, response.setCookies]).toEqual([403, []]);
      expect(callsTo(stage.emulator)).toEqual([]);
    });

    it.each(rows)('$name can be completed once', async (row) => {
      const started = await start(row);
      const proof = await proofOf(row, started);
      if (proof.kind === 'none') return; // Passwords can be used again.
      const before = new Map(started.browser.cookies);
      await completeWith(started.browser, row, proof);
      const replaying = stage.application.browser();
      for (const [name, value] of before) replaying.cookies.set(name, value);
      stage.emulator.clock.advance({ seconds: 30 });

      const replayed = await completeWith(replaying, row, proof);

      expect([400, 410]).toContain(replayed.status);
      expect(cookiesSetBy(replayed)[jwtCookie]).toBeUndefined();
    });

    it.each(rows)('$name asks onSignIn, with the session and the method', async (row) => {
      await signIn(row);

      expect(signIns).toMatchObject([{ session: { kind: 'user' }, details: { method: row.name } }]);
    });

    it.each(rows)('$name sets no cookie and revokes the session if onSignIn refuses', async (row) => {
      accepts = false;
      const { response, browser } = await signIn(row);

      expect(response.status).toBe(403);
      expect(cookiesSetBy(response)[jwtCookie]).toBeUndefined();
      expect(callsTo(stage.emulator)).toContain('POST /v1/sessions/revoke');
      expect((await browser.get('/me')).json()).toEqual(refusalBody('session_missing'));
    });

    it.each(rows)('$name revokes the session that the browser had before', async (row) => {
      const { browser, session } = await signedInBrowser(stage, { email: newPerson().email });
      const oldCookies = browser.cookieHeader;
      await signIn(row, {}, browser);

      const replayed = await stage.application.browser().get('/me', { cookie: oldCookies });

      expect(replayed.json()).toEqual(refusalBody('session_revoked'));
      expect(stage.emulator.sessions.list().map(({ session_id }) => session_id)).not.toContain(
        session.session_id,
      );
      expect((await browser.get('/me')).json()).toMatchObject({ userId: personIdOf(signIns[0]?.session) });
    });

    it.each(rows)('$name emits events with its name', async (row) => {
      const events: StytchEvent[] = [];
      const unsubscribe = stage.application.app.get(StytchEvents).subscribe((event) => {
        events.push(event);
      });
      await signIn(row);
      unsubscribe();

      expect(events.filter(({ type }) => type === 'sign_in_started' || type === 'signed_in')).toMatchObject([
        { type: 'sign_in_started', method: row.name },
        { type: 'signed_in', method: row.name, sessionId: signIns[0]?.session.sessionId },
      ]);
    });
  });
});
