import { parseSetCookie, type SetCookie } from 'cookie';

/** How a cookie is written: by a response, or by a script of a page. */
type Writer = 'response' | 'script';

interface StoredCookie {
  readonly name: string;
  readonly value: string;
  readonly httpOnly: boolean;
  readonly expiresAtMs: number;
}

/**
 * The cookies of a browser for one host, which the application and scripts of its pages write. Follows the
 * storage model of RFC 6265bis section 5.7, as far as session cookies need it.
 */
export class CookieJar {
  readonly #cookies = new Map<string, StoredCookie>();

  constructor(
    private readonly host: string,
    private readonly nowMs: () => number,
  ) {}

  /** The `Cookie` header of a request to the host. */
  get header(): string {
    return this.#stored.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** The names of the cookies, in the order of the header. */
  get names(): string[] {
    return this.#stored.map(({ name }) => name);
  }

  /** What scripts read: the first cookie with the name, unless it is HttpOnly. */
  read(name: string): string | undefined {
    return this.#stored.find((cookie) => cookie.name === name && !cookie.httpOnly)?.value;
  }

  receive({ setCookies }: { readonly setCookies: readonly string[] }): void {
    for (const setCookie of setCookies) this.write(setCookie, 'response');
  }

  /** Stores a cookie, unless browsers ignore it: a script can't replace a cookie that is HttpOnly. */
  write(setCookie: string, writer: Writer): void {
    const cookie = parseSetCookie(setCookie, { decode: (value) => value });
    const { name, value = '', httpOnly = false, domain, path = '' } = cookie;
    if (!this.#isAcceptable(cookie)) return;
    const key = [name, domain?.toLowerCase() ?? 'host only', path].join(';');
    if (writer === 'script' && (httpOnly || this.#cookies.get(key)?.httpOnly === true)) return;
    const expiresAtMs = this.#expiryOf(cookie);
    if (expiresAtMs <= this.nowMs()) this.#cookies.delete(key);
    else this.#cookies.set(key, { name, value, httpOnly, expiresAtMs });
  }

  get #stored(): StoredCookie[] {
    return [...this.#cookies.values()].filter(({ expiresAtMs }) => expiresAtMs > this.nowMs());
  }

  #isAcceptable({ name, domain, path, secure }: SetCookie): boolean {
    if (name.startsWith('__Host-')) return secure === true && path === '/' && domain === undefined;
    const parent = domain?.toLowerCase();
    return parent === undefined || this.host === parent || this.host.endsWith(`.${parent}`);
  }

  /** A cookie without a valid expiry lives until the browser is closed. */
  #expiryOf({ maxAge, expires }: SetCookie): number {
    if (maxAge !== undefined) return this.nowMs() + maxAge * 1000;
    const expiresAtMs = expires?.getTime() ?? NaN;
    return Number.isNaN(expiresAtMs) ? Infinity : expiresAtMs;
  }
}
