import { request } from 'undici';

/** A response with its complete body. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The Set-Cookie headers, unparsed. */
  readonly setCookies: readonly string[];
  readonly text: string;
  /**
   * The body as JSON.
   *
   * @throws {SyntaxError} if it is not JSON
   */
  json(): unknown;
}

/** Headers and body of a request of a `TestBrowser`. */
export interface TestRequest {
  readonly headers?: Record<string, string>;
  /** Sent unchanged; see {@link TestBrowser.postJson} and {@link TestBrowser.postForm}. */
  readonly body?: string;
}

/** Headers that browsers send when they load a page. */
const navigation = {
  accept: 'text/html,application/xhtml+xml',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};

/**
 * A minimal browser for tests of a login. It stores cookies and does not follow redirects, so that tests
 * can check each step. Paths are relative to the application's origin.
 */
export class TestBrowser {
  /** The stored cookies, by name. One that a test sets itself is of the host only, with the path `/`. */
  readonly cookies = new Map<string, string>();
  /** Domain and path of the stored cookies, by name. */
  readonly #scopes = new Map<string, string>();

  /** @param baseUrl origin of the application, for example `http://127.0.0.1:3000` */
  constructor(readonly baseUrl: string) {}

  /** The Cookie header with all stored cookies. */
  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get(path: string, headers: Record<string, string> = {}): Promise<TestResponse> {
    return this.request('GET', path, { headers });
  }

  /** Loads a page like a browser that follows a link. */
  visit(path: string): Promise<TestResponse> {
    return this.get(path, navigation);
  }

  postJson(path: string, body: unknown, headers: Record<string, string> = {}): Promise<TestResponse> {
    return this.request('POST', path, {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Submits a form like a browser that shows a page of the application. */
  postForm(
    path: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<TestResponse> {
    return this.request('POST', path, {
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: navigation.accept,
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    });
  }

  async request(
    method: string,
    path: string,
    { headers = {}, body }: TestRequest = {},
  ): Promise<TestResponse> {
    // Not fetch(), which sets the Sec-Fetch headers itself and does not let callers set them.
    const response = await request(new URL(path, this.baseUrl), {
      method: method as 'GET',
      headers: { ...(this.cookies.size > 0 && { cookie: this.cookieHeader }), ...headers },
      ...(body !== undefined && { body }),
    });
    const setCookies = [response.headers['set-cookie'] ?? []].flat();
    setCookies.forEach((cookie) => {
      this.store(cookie);
    });
    const text = await response.body.text();
    return {
      status: response.statusCode,
      headers: toHeaders(response.headers),
      setCookies,
      text,
      json: () => JSON.parse(text) as unknown,
    };
  }

  /** A cookie is identified by name, domain and path, so deleting one leaves others of its name. */
  private store(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split(';').map((part) => part.trim());
    const [name = '', ...value] = pair.split('=');
    const attribute = (key: string) =>
      attributes.find((one) => one.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const scope = `${attribute('domain')?.toLowerCase() ?? ''};${attribute('path') ?? '/'}`;
    if (attribute('max-age') !== '0') {
      this.cookies.set(name, value.join('='));
      this.#scopes.set(name, scope);
    } else if ((this.#scopes.get(name) ?? ';/') === scope) {
      this.cookies.delete(name);
      this.#scopes.delete(name);
    }
  }
}

function toHeaders(raw: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(raw)) {
    for (const value of [values ?? []].flat()) headers.append(name, value);
  }
  return headers;
}
