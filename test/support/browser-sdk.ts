import { createHash, randomBytes } from 'node:crypto';
import type { StytchB2BEmulator, StytchEmulator } from 'stytch-emulator';
import type { CookieJar } from './cookie-jar.js';

/** The option of the same name of Stytch's browser SDK. */
export interface CookieOptions {
  readonly opaqueTokenCookieName?: string;
  readonly jwtCookieName?: string;
  readonly path?: string;
  readonly domain?: string;
  readonly availableToSubdomains?: boolean;
}

export interface SessionTokens {
  readonly session_token: string;
  readonly session_jwt: string;
}

/** What the SDK reads of a response that starts or continues a session. */
export interface Authenticated extends SessionTokens {
  readonly session: SdkSession;
}

interface AuthenticatedMember extends SessionTokens {
  readonly member_session: { readonly member_session_id: string; readonly expires_at: string };
}

export interface SdkSession {
  readonly session_id: string;
  readonly expires_at: string;
}

/** After these errors the SDK is signed out. After any other it tries again. */
const unrecoverable = new Set([
  'unauthorized_credentials',
  'user_unauthenticated',
  'invalid_secret_authentication',
  'session_not_found',
]);

/**
 * What Stytch's browser SDK (@stytch/vanilla-js 6.3.0) does with a session in one tab of a browser: which
 * requests it sends, and which cookies it writes, reads and removes. Tests with the SDK itself need a browser.
 */
export class BrowserSdk {
  /** What the front end shows. The SDK keeps it in the local storage. */
  session: SdkSession | undefined;
  readonly #tokenName: string;
  readonly #jwtName: string;

  /** @param page the URL of the page that loads the SDK */
  constructor(
    private readonly emulator: StytchEmulator | StytchB2BEmulator,
    private readonly jar: CookieJar,
    private readonly page: string,
    private readonly cookieOptions: CookieOptions = {},
  ) {
    this.#tokenName = cookieOptions.opaqueTokenCookieName ?? 'stytch_session';
    this.#jwtName = cookieOptions.jwtCookieName ?? 'stytch_session_jwt';
  }

  /** Loads a page: the SDK continues the session of the cookie, or removes what is left of one. */
  async load(): Promise<void> {
    if (this.jar.read(this.#tokenName) === undefined) this.#signedOut();
    else await this.refresh();
  }

  /** Signs in with a link that it requests and opens. */
  async signIn(email = 'ada@example.com'): Promise<void> {
    const codeVerifier = randomBytes(32).toString('hex');
    const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
    const url = `${this.page}authenticate`;
    await this.call('magic_links/email/login_or_create', {
      email,
      login_magic_link_url: url,
      signup_magic_link_url: url,
      code_challenge: codeChallenge,
    });
    const { token } = await this.emulator.messages.wait({ to: email, kind: 'link' });
    this.emulator.messages.clear();
    const response = await this.call('magic_links/authenticate', {
      token,
      session_duration_minutes: 60,
      code_verifier: codeVerifier,
    });
    this.receive(response);
  }

  /** `session.authenticate()`, which the SDK calls every three minutes and when a page is loaded. */
  async refresh(): Promise<void> {
    try {
      this.receive(await this.call('sessions/authenticate', {}));
    } catch (error) {
      if (error instanceof SdkError && unrecoverable.has(error.errorType)) this.#signedOut();
      else throw error;
    }
  }

  /** `session.revoke({ forceClear: true })` */
  async signOut(): Promise<void> {
    await this.call('sessions/revoke').catch((error: unknown) => {
      if (!(error instanceof SdkError)) throw error;
    });
    this.#signedOut();
  }

  /** `session.updateSession()`. Without an expiry the cookies live until the browser is closed. */
  updateSession({
    session_token,
    session_jwt,
  }: Pick<SessionTokens, 'session_token'> & Partial<SessionTokens>) {
    this.#write(this.#tokenName, session_token, 'Invalid Date');
    this.#write(this.#jwtName, String(session_jwt), 'Invalid Date');
  }

  /** `session.getTokens()` */
  get tokens(): SessionTokens | undefined {
    const [session_token, session_jwt] = [this.jar.read(this.#tokenName), this.jar.read(this.#jwtName)];
    if (session_token === undefined || session_jwt === undefined) return undefined;
    return { session_token, session_jwt };
  }

  async call(path: string, fields?: Record<string, unknown>): Promise<Authenticated> {
    const { publicToken, product, url } = this.emulator;
    const credential = this.jar.read(this.#tokenName) ?? publicToken;
    const response = await fetch(`${url}/sdk/v1/${product === 'b2b' ? 'b2b/' : ''}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${publicToken}:${credential}`).toString('base64')}`,
        'content-type': 'application/json',
        'x-sdk-client': Buffer.from('{}').toString('base64'),
        origin: new URL(this.page).origin,
      },
      ...(fields && { body: JSON.stringify(fields) }),
    });
    const body = (await response.json()) as { data: Authenticated | AuthenticatedMember; error_type: string };
    if (!response.ok) throw new SdkError(path, body.error_type);
    return 'member_session' in body.data ? namedAsOfUser(body.data) : body.data;
  }

  /** What the SDK does with the response to a sign-in. */
  receive({ session_token, session_jwt, session }: Authenticated): void {
    const expires = new Date(session.expires_at).toUTCString();
    this.#write(this.#tokenName, session_token, expires);
    this.#write(this.#jwtName, session_jwt, expires);
    this.session = session;
  }

  #signedOut(): void {
    for (const isForDomain of [true, false])
      for (const name of [this.#tokenName, this.#jwtName]) this.#remove(name, isForDomain);
    this.session = undefined;
  }

  /** If it leaves two cookies with the name, the SDK removes the one that its options don't name. */
  #write(name: string, value: string, expires: string): void {
    const { availableToSubdomains = false } = this.cookieOptions;
    this.#assign(name, value, expires, availableToSubdomains);
    if (this.jar.names.filter((one) => one === name).length > 1) this.#remove(name, !availableToSubdomains);
  }

  #remove(name: string, isForDomain: boolean): void {
    this.#assign(name, '', new Date(0).toUTCString(), isForDomain);
  }

  /** Assigns to `document.cookie`. */
  #assign(name: string, value: string, expires: string, isForDomain: boolean): void {
    const { hostname } = new URL(this.page);
    const { path = '/', domain = hostname } = this.cookieOptions;
    const scope = hostname === 'localhost' ? '' : `${isForDomain ? `domain=${domain}; ` : ''}secure; `;
    this.jar.write(`${name}=${value}; path=${path}; expires=${expires}; ${scope}sameSite=lax`, 'script');
  }
}

const namedAsOfUser = ({ member_session, ...tokens }: AuthenticatedMember): Authenticated => ({
  ...tokens,
  session: { session_id: member_session.member_session_id, expires_at: member_session.expires_at },
});

class SdkError extends Error {
  constructor(
    path: string,
    readonly errorType: string,
  ) {
    super(`${path}: ${errorType}`);
  }
}
