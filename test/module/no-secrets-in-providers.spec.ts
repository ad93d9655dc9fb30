import { inspect } from 'node:util';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Protected, StytchModule } from 'nestjs-stytch';
import { stytchOptionsFor } from 'nestjs-stytch/testing';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { Agent } from 'undici';
import { linkAskedForBy } from '../support/links.js';
import { callsTo, keepSession } from '../support/sessions.js';
import { startApplication, type ApplicationUnderTest, type Platform } from '../support/start-application.js';
import { until } from '../support/until.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show() {
    return 'me';
  }
}

const email = 'ada.lovelace@example.com';
/** For the calls that hang: longer than the test takes. */
const deadlineMs = 10_000;

/** Anything of the package that an application could print. */
interface Printable {
  readonly name: string;
  readonly value: unknown;
}

/** All instances that Nest created for the package, in its module and in modules of the application. */
function instancesOfPackage(app: INestApplication): Printable[] {
  const modules = [...app.get(ModulesContainer).values()];
  return modules.flatMap((module) => {
    const isOurs = module.metatype === StytchModule;
    // Nest itself adds these to every module. They lead to all providers of the application.
    const isNests = (token: unknown) => ['ModuleRef', 'ApplicationConfig'].includes(nameOf(token));
    return [module.providers, module.controllers, module.injectables].flatMap((wrappers) =>
      [...wrappers]
        .filter(([token]) => (isOurs ? !isNests(token) : nameOf(token) === 'ProtectedGuard'))
        .map(([token, { instance }]) => ({ name: nameOf(token), value: instance })),
    );
  });
}

const nameOf = (token: unknown) => (typeof token === 'function' ? token.name : String(token));

/** What of `secrets` shows when a value is printed or serialized. */
function leaksOf({ name, value }: Printable, secrets: ReadonlySet<string>): string[] {
  const options = {
    depth: Infinity,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
    breakLength: Infinity,
  };
  const outputs = { inspect: inspect(value, options), JSON: toJson(value) };
  return Object.entries(outputs).flatMap(([output, text]) =>
    // Only the beginning, since the failure message would print the secret.
    [...secrets]
      .filter((secret) => text.includes(secret))
      .map((secret) => `${output} of ${name}: ${secret.slice(0, 8)}…`),
  );
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify({ value });
  } catch (error) {
    // Such as a reference to itself. The message names the properties.
    return String(error);
  }
}

describe.each<[Platform, string, boolean]>([
  ['Express', 'its own connections', false],
  ['Fastify', 'a dispatcher of the application', true],
])('the providers of the module on %s, with %s', (platform, _, hasDispatcher) => {
  let emulator: StytchEmulator;
  let application: ApplicationUnderTest;
  const dispatcher = new Agent();
  const secrets = new Set<string>();

  /** The longer parts of a JWT or a binding cookie are secrets too. */
  function addSecret(value: string) {
    for (const part of [value, ...value.split('.')]) if (part.length > 15) secrets.add(part);
  }

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    // The application's own; the emulator's would lead to all sessions of the emulator.
    const clock = { nowMs: () => emulator.clock.nowMs(), monotonicMs: () => emulator.clock.monotonicMs() };
    application = await startApplication({
      emulator,
      platform,
      controllers: [MeController],
      options: { http: { deadlineMs, ...(hasDispatcher && { dispatcher }) }, clock },
    });
    secrets.add(emulator.secret).add(email);
    secrets.add(Buffer.from(`${emulator.projectId}:${emulator.secret}`).toString('base64'));
  });
  afterAll(async () => {
    await emulator.close();
    await application.close();
    await dispatcher.destroy();
  });

  async function newBrowser() {
    const session = await emulator.sessions.create({ email });
    addSecret(session.session_jwt);
    addSecret(session.session_token);
    const browser = application.browser();
    keepSession(browser, session);
    return browser;
  }

  it('contain no secret, token, JWT, cookie value or email address when they are printed or serialized', async () => {
    const stage = { emulator, application };
    // Sessions in the caches: one that was signed in, one that was renewed, one of an opaque token alone.
    const { browser: signedIn, callback } = await linkAskedForBy(stage, { email });
    for (const value of signedIn.cookies.values()) addSecret(decodeURIComponent(value));
    addSecret(new URLSearchParams(callback.split('?')[1]).get('token') ?? '');
    expect((await signedIn.get(callback)).status).toBe(303);
    for (const value of signedIn.cookies.values()) addSecret(value);
    const renewed = await newBrowser();
    const [expired, ofToken] = [await newBrowser(), await newBrowser()];
    ofToken.cookies.delete('stytch_session_jwt');
    emulator.clock.advance({ minutes: 6 });
    for (const browser of [renewed, ofToken]) expect((await browser.get('/me')).status).toBe(200);
    for (const value of [...renewed.cookies.values(), ...ofToken.cookies.values()]) addSecret(value);
    // A revocation that is retried later, and a token that Stytch did not recognize.
    emulator.faults.add({ kind: 'status', status: 503, path: '/v1/sessions/revoke', times: 2 });
    const [revoked, revokedByToken, madeUp] = [await newBrowser(), await newBrowser(), await newBrowser()];
    revokedByToken.cookies.delete('stytch_session_jwt');
    for (const browser of [revoked, revokedByToken])
      expect((await browser.postJson('/auth/logout', {})).status).toBe(204);
    madeUp.cookies.clear();
    madeUp.cookies.set('stytch_session', 'made-up-token-0123456789abcdefghijklmnopqrstu');
    addSecret('made-up-token-0123456789abcdefghijklmnopqrstu');
    expect((await madeUp.get('/me')).status).toBe(401);

    // Calls in flight: a refresh, a revocation, a link that is requested, a link that is opened.
    const { browser: opening, callback: nextCallback } = await linkAskedForBy(stage, { email });
    for (const value of opening.cookies.values()) addSecret(decodeURIComponent(value));
    addSecret(new URLSearchParams(nextCallback.split('?')[1]).get('token') ?? '');
    const signingOut = await newBrowser();
    signingOut.cookies.delete('stytch_session_jwt');
    emulator.requests.clear();
    emulator.faults.add({ kind: 'hang' });
    const inFlight = [
      expired.get('/me'),
      signingOut.postJson('/auth/logout', {}),
      opening.get(nextCallback),
      application.browser().postJson('/auth/login', { email }),
    ];
    await until(() => callsTo(emulator).length === inFlight.length);

    expect(secrets.size).toBeGreaterThan(25);
    const printable = instancesOfPackage(application.app);
    printable.push({ name: 'forRoot()', value: StytchModule.forRoot(stytchOptionsFor(emulator)) });
    expect(printable.length).toBeGreaterThan(50);
    expect(printable.flatMap((one) => leaksOf(one, secrets))).toEqual([]);

    // Aborts them.
    await emulator.close();
    await Promise.all(inFlight);
  }, 30_000);
});
