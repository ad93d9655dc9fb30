import type { MintedSession, NewSessionOptions, StytchEmulator } from 'stytch-emulator';
import type { Session } from 'nestjs-stytch';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import type { Product } from './start-application.js';
import type { Stage } from './use-application.js';

export const jwtCookie = 'stytch_session_jwt';
export const tokenCookie = 'stytch_session';

/** A browser with the cookies of a session that the emulator created, without signing in by email. */
export async function signedInBrowser(
  { emulator, application }: Stage,
  options: NewSessionOptions = { email: 'ada@example.com' },
): Promise<{ browser: TestBrowser; session: MintedSession }> {
  const session = await emulator.sessions.create(options);
  const browser = application.browser();
  keepSession(browser, session);
  return { browser, session };
}

/** A signed-in browser whose JWT has expired: JWTs live five minutes. */
export async function browserWithExpiredJwt(stage: Stage, options?: NewSessionOptions) {
  const signedIn = await signedInBrowser(stage, options);
  stage.emulator.clock.advance({ minutes: 6 });
  return signedIn;
}

export function keepSession(browser: TestBrowser, session: MintedSession): void {
  browser.cookies.set(jwtCookie, session.session_jwt);
  browser.cookies.set(tokenCookie, session.session_token);
}

/** The Cookie header with both cookies of a session. */
export const cookiesOf = ({
  session_jwt,
  session_token,
}: Pick<MintedSession, 'session_jwt' | 'session_token'>): string =>
  `${jwtCookie}=${session_jwt}; ${tokenCookie}=${session_token}`;

/** Stytch's id of the person. */
export const personIdOf = (session: Session | undefined): string | undefined =>
  session && (session.kind === 'user' ? session.userId : session.memberId);

/** The body of the call that revokes a session by its id. */
export const revocationOf = ({ product }: { readonly product: Product }, { session_id }: MintedSession) =>
  product === 'b2b' ? { member_session_id: session_id } : { session_id };

/** The calls the application made to Stytch, without those for signing keys. */
export function callsTo(emulator: StytchEmulator): string[] {
  return emulator.requests
    .list()
    .filter(({ path }) => !path.startsWith('/v1/sessions/jwks/'))
    .map(({ method, path }) => `${method} ${path}`);
}

/** The bodies of the calls to one path, oldest first. */
export function bodiesSentTo(emulator: StytchEmulator, path: string) {
  return emulator.requests
    .list()
    .filter((request) => request.path === path)
    .map(({ body }) => body);
}

/** The Set-Cookie headers by cookie name, split into value and attributes. */
export function cookiesSetBy({
  setCookies,
}: TestResponse): Record<string, { value: string; attributes: string }> {
  return Object.fromEntries(
    setCookies.map((cookie) => {
      const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*);\s*(.*)$/.exec(cookie) ?? [];
      return [name, { value, attributes }];
    }),
  );
}

/**
 * Matches the attributes of a cookie that lives until then: the time in `Expires`, and in `Max-Age` the
 * seconds that were left when the response was sent, a moment before this call.
 */
export function lastingUntil(
  expiresAt: string,
  { clock }: StytchEmulator,
  flags = 'HttpOnly; SameSite=Lax',
): unknown {
  const secondsLeft = Math.floor((Date.parse(expiresAt) - clock.nowMs()) / 1000);
  const maxAges = Array.from({ length: 30 }, (_, n) => secondsLeft + n).join('|');
  const expires = new Date(expiresAt).toUTCString();
  return expect.stringMatching(new RegExp(`^Max-Age=(?:${maxAges}); Path=/; Expires=${expires}; ${flags}$`));
}

/** The `Set-Cookie` attributes that delete a cookie set over HTTP. */
export const deletedCookieAttributes =
  'Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax';

/** {@link cookiesSetBy} of a response that clears both session cookies. */
export const bothCleared = {
  [jwtCookie]: {
    value: '',
    attributes: deletedCookieAttributes,
  },
  [tokenCookie]: {
    value: '',
    attributes: deletedCookieAttributes,
  },
};
