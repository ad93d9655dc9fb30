import type { StytchB2BEmulator, StytchEmulator } from 'stytch-emulator';
import { TestBrowser } from './test-browser.js';

/** The part of a Nest application that signing in needs. */
export interface TestApplication {
  getUrl(): Promise<string>;
  getHttpServer(): { readonly listening: boolean };
  listen(port: number, hostname: string): Promise<unknown>;
}

/** What `signIn()` gets. */
export interface SignInOptions {
  /** The application under test or its URL. An application that is not listening is started on a free port. */
  readonly app: TestApplication | string;
  /** The emulator that the application uses. */
  readonly emulator: StytchEmulator | StytchB2BEmulator;
  /** The email address to sign in with. An unknown address signs up. */
  readonly email: string;
  /**
   * In a B2B project: slug or id of the organization to sign in to.
   * @default discovery, after which there is no session yet if the person has a choice
   */
  readonly organization?: string;
  /**
   * The path of the login routes.
   * @default '/auth'
   */
  readonly routesPath?: string;
}

/**
 * Signs in like a user: requests a link, opens it from the email, and stores the cookies that the
 * application sets. No part of the application is bypassed.
 *
 * @returns a signed-in browser; other clients can send its `cookieHeader`
 * @throws {Error} if a step fails; the message names the step
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
  organization,
  routesPath = '/auth',
}: SignInOptions): Promise<TestBrowser> {
  const browser = new TestBrowser(await urlOf(app));
  const sent = await browser.postJson(`${routesPath.replace(/\/$/, '')}/login`, {
    email,
    ...(organization !== undefined && { organization }),
  });
  if (sent.status !== 202)
    throw new Error(`Requesting a link failed: expected status 202, received ${sent.status}.`);

  const { link } = await emulator.messages.wait({ to: email, kind: 'link' });
  const opened = await fetch(link, { redirect: 'manual' });
  const callback = opened.headers.get('location');
  if (callback === null)
    throw new Error(
      `Opening the link in the email failed: expected a redirect, received status ${opened.status}.`,
    );

  // The link leads to the configured appUrl, but the application under test listens on another port.
  const { pathname, search } = new URL(callback);
  const signedIn = await browser.get(pathname + search);
  if (signedIn.status !== 303)
    throw new Error(`Completing the sign-in failed: expected status 303, received ${signedIn.status}.`);
  return browser;
}

async function urlOf(app: TestApplication | string): Promise<string> {
  if (typeof app === 'string') return app;
  if (!app.getHttpServer().listening) await app.listen(0, '127.0.0.1');
  return app.getUrl();
}
