import type { StytchEmulator } from '../emulator/index.js';
import { TestBrowser } from './test-browser.js';

/** A Nest application, as far as signing in to it goes. */
export interface TestApplication {
  getUrl(): Promise<string>;
  getHttpServer(): { readonly listening: boolean };
  listen(port: number, hostname: string): Promise<unknown>;
}

export interface SignInOptions {
  /** The application under test; it is started on a free loopback port if it is not listening. Or its URL. */
  readonly app: TestApplication | string;
  /** The emulator the application talks to. */
  readonly emulator: StytchEmulator;
  /** Who signs in. Unknown addresses sign up. */
  readonly email: string;
  /**
   * Where the login routes are.
   * @default '/auth'
   */
  readonly routesPath?: string;
}

/**
 * Signs somebody in the way people do: asks for a link, opens it from the mail, and comes back with
 * the cookies the application set. Nothing is forged and no part of the application is bypassed.
 *
 * @returns a browser that is signed in; `browser.cookieHeader` is what to send with other clients
 * @throws {Error} naming the step that did not go as expected
 *
 * @example
 * ```ts
 * const browser = await signIn({ app, emulator, email: 'ada@example.com' });
 * expect((await browser.get('/dashboard')).status).toBe(200);
 * ```
 */
export async function signIn({
  app,
  emulator,
  email,
  routesPath = '/auth',
}: SignInOptions): Promise<TestBrowser> {
  const browser = new TestBrowser(await urlOf(app));
  const asked = await browser.postJson(`${routesPath.replace(/\/$/, '')}/login`, { email });
  if (asked.status !== 202) throw new Error(`Asking for a link answered ${asked.status}, not 202.`);

  const { link } = await emulator.messages.wait({ to: email });
  const mailed = await fetch(link, { redirect: 'manual' });
  const callback = mailed.headers.get('location');
  if (callback === null) throw new Error(`The link in the mail answered ${mailed.status}, not a redirect.`);

  // The link leads to the configured appUrl; the application under test listens somewhere else.
  const { pathname, search } = new URL(callback);
  const signedIn = await browser.get(pathname + search);
  if (signedIn.status !== 303) throw new Error(`Opening the link answered ${signedIn.status}, not 303.`);
  return browser;
}

async function urlOf(app: TestApplication | string): Promise<string> {
  if (typeof app === 'string') return app;
  if (!app.getHttpServer().listening) await app.listen(0, '127.0.0.1');
  return app.getUrl();
}
