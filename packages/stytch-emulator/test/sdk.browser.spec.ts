import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { type StytchB2BEmulator, type StytchEmulator } from 'stytch-emulator';
import { describeInChromium, startChromium } from '../../../test/support/chromium.js';
import { b2bEmulatorUnderTest, emulatorUnderTest } from './emulator.js';

/**
 * A call of the SDK's client in the page, and the type of the error if one is expected. In the call, `token` and `code`
 * are those of the latest messages, `last` is the result of the call before, and `url` is a redirect URL.
 */
type Call = readonly [script: string, errorType?: string];

const duration = 'session_duration_minutes: 60';
const password = (number: number) => `'a long and unusual sentence ${number}'`;
const ada = `'ada@acme.example'`;
const redirectUrls = 'login_redirect_url: url, reset_password_redirect_url: url';

const consumerCalls: Call[] = [
  [`magicLinks.email.loginOrCreate(${ada}, { login_magic_link_url: url, signup_magic_link_url: url })`],
  [`magicLinks.authenticate(token, { ${duration} })`],
  [`session.authenticate({ ${duration} })`],
  [`user.get()`],
  [`user.update({ name: { first_name: 'Ada' }, untrusted_metadata: { theme: 'dark' } })`],
  [`magicLinks.email.send(${ada}, { login_magic_link_url: url })`],
  [`otps.email.send(${ada})`],
  [`otps.authenticate(code, last.method_id, { ${duration} })`],
  [`otps.sms.send('+12025550123')`],
  [`otps.authenticate(code, last.method_id, { ${duration} })`],
  [`totps.create({ expiration_minutes: 1440 })`],
  [`totps.recover({ recovery_code: last.recovery_codes[0], ${duration} })`],
  [`totps.recoveryCodes()`],
  [`oauth.attach('google')`],
  [`passwords.strengthCheck({ password: ${password(1)} })`],
  [`passwords.resetBySession({ password: ${password(1)}, ${duration} })`],
  [`user.deletePhoneNumber(client.user.getSync().phone_numbers[0].phone_id)`],
  [`session.revoke()`],
  [`user.get()`, 'user_unauthenticated'],
  [
    `passwords.authenticate({ email: ${ada}, password: ${password(2)}, ${duration} })`,
    'unauthorized_credentials',
  ],
  [`passwords.authenticate({ email: ${ada}, password: ${password(1)}, ${duration} })`],
  [
    `passwords.resetByExistingPassword({ email: ${ada}, existing_password: ${password(1)}, new_password: ${password(2)}, ${duration} })`,
  ],
  [`passwords.resetByEmailStart({ email: ${ada}, ${redirectUrls} })`],
  [`passwords.resetByEmail({ token, password: ${password(3)}, ${duration} })`],
  [`session.revoke()`],
  [`otps.email.loginOrCreate('bob@acme.example')`],
  [`otps.authenticate('000000', last.method_id, { ${duration} })`, 'otp_code_not_found'],
  [`passwords.create({ email: 'eve@acme.example', password: ${password(1)}, ${duration} })`],
  [`webauthn.register()`, 'emulator_not_implemented'],
];

const b2bCalls: Call[] = [
  [`magicLinks.email.discovery.send({ email_address: ${ada}, discovery_redirect_url: url })`],
  [`magicLinks.discovery.authenticate({ discovery_magic_links_token: token })`],
  [`discovery.organizations.list()`],
  [`discovery.intermediateSessions.exchange({ organization_id: 'acme', ${duration} })`],
  [`session.authenticate({ ${duration} })`],
  [`self.get()`],
  [`self.update({ name: 'Ada' })`],
  [`organization.get()`],
  [`organization.getBySlug({ organization_slug: 'acme' })`],
  [`organization.update({ organization_name: 'Acme Inc' })`],
  [`organization.members.search({ limit: 10 })`],
  [`organization.members.create({ email_address: 'bob@acme.example' })`],
  [`organization.members.update({ member_id: last.member_id, name: 'Bob' })`],
  [`organization.members.delete(last.member_id)`],
  [`magicLinks.email.invite({ email_address: 'eve@acme.example' })`],
  [`session.exchange({ organization_id: 'globex', ${duration} })`],
  [`organization.update({ organization_name: 'Globex Inc' })`, 'session_authorization_error'],
  [`passwords.resetBySession({ password: ${password(1)} })`],
  [`session.revoke()`],
  [`self.get()`, 'user_unauthenticated'],
  [
    `magicLinks.email.loginOrSignup({ email_address: ${ada}, organization_id: 'acme', login_redirect_url: url, signup_redirect_url: url })`,
  ],
  [`magicLinks.authenticate({ magic_links_token: token, ${duration} })`],
  [`session.revoke()`],
  [`otps.email.loginOrSignup({ email_address: ${ada}, organization_id: 'acme' })`],
  [`otps.email.authenticate({ email_address: ${ada}, organization_id: 'acme', code, ${duration} })`],
  [`session.revoke()`],
  [
    `passwords.authenticate({ email_address: ${ada}, organization_id: 'globex', password: ${password(1)}, ${duration} })`,
  ],
  [`passwords.resetByEmailStart({ email_address: ${ada}, organization_id: 'globex', ${redirectUrls} })`],
  [`passwords.resetByEmail({ password_reset_token: token, password: ${password(2)}, ${duration} })`],
  [`passwords.discovery.authenticate({ email_address: ${ada}, password: ${password(2)} })`],
  [`discovery.organizations.create({ organization_name: 'Initech', ${duration} })`],
  [`sso.getConnections()`, 'emulator_not_implemented'],
];

describeInChromium('Stytch’s browser SDK', () => {
  const emulator = emulatorUnderTest();
  const b2bEmulator = b2bEmulatorUnderTest({
    seed: {
      organizations: [
        { name: 'Acme', slug: 'acme', members: [{ email: 'ada@acme.example', roles: ['stytch_admin'] }] },
        { name: 'Globex', slug: 'globex', members: [{ email: 'ada@acme.example' }] },
      ],
    },
  });
  let browser: Browser;
  let application: Server;
  beforeAll(async () => {
    browser = await startChromium();
    application = createServer((request, response) => {
      const isScript = request.url?.endsWith('.js') === true;
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? readSdk(request.url!) : '<title>Application</title>');
    }).listen(0, '127.0.0.1');
    await once(application, 'listening');
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    application.closeAllConnections();
    application.close();
  });

  it.each([
    ['StytchClient', '/index.headless.js', emulator, consumerCalls],
    ['StytchB2BClient', '/b2b/index.headless.js', b2bEmulator, b2bCalls],
  ] as const)(
    'can call the emulator with the methods of its %s',
    async (client, script, project, calls) => {
      const page = await browser.newPage();
      const url = `http://localhost:${(application.address() as AddressInfo).port}`;
      await page.goto(url);
      await page.addScriptTag({ url: script });
      const { publicToken } = project();
      const endpoints = {
        testAPIURL: project().url,
        liveAPIURL: project().url,
        dfpBackendURL: project().url,
      };
      await page.evaluate(
        `client = new stytch.${client}(${JSON.stringify(publicToken)}, ${JSON.stringify({ endpoints })}); last = {}`,
      );

      const results: Call[] = [];
      for (const [call] of calls) {
        const errorType = await page.evaluate<string | undefined>(
          `${variables(project(), `${url}/authenticate`)}
          client.${call}.then((result) => void (last = result), (error) => error.error_type ?? String(error))`,
        );
        results.push(errorType === undefined ? [call] : [call, errorType]);
      }

      expect(results).toEqual(calls);
      await page.close();
    },
    60_000,
  );
});

function readSdk(path: string): Buffer {
  return readFileSync(`node_modules/@stytch/vanilla-js/dist/iife${path}`);
}

function variables({ messages }: StytchEmulator | StytchB2BEmulator, url: string): string {
  const token = messages.latest({ kind: 'link' })?.token ?? '';
  const code = messages.latest({ kind: 'code' })?.code ?? '';
  return Object.entries({ token, code, url })
    .map(([name, value]) => `globalThis.${name} = ${JSON.stringify(value)};`)
    .join(' ');
}
