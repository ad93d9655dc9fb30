import { request } from 'undici';

/** What came back, read whole. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The Set-Cookie headers, as sent. */
  readonly setCookies: readonly string[];
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  json(): unknown;
}

export interface TestRequest {
  readonly headers?: Record<string, string>;
  /** Sent as it is; see {@link TestBrowser.postJson} and {@link TestBrowser.postForm}. */
  readonly body?: string;
}

/** Headers by which browsers mark the loading of a page. */
const navigation = {
  accept: 'text/html,application/xhtml+xml',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};

/**
 * As much of a browser as tests of a login need: it keeps cookies, and follows no redirects, so
 * that each step can be looked at. Paths are taken relative to the application it was opened on.
 */
export class TestBrowser {
  /** The cookies it holds, by name. */
  readonly cookies = new Map<string, string>();

  /** @param baseUrl origin of the application, e.g. `http://127.0.0.1:3000` */
  constructor(readonly baseUrl: string) {}

  /** Everything it would send, as one Cookie header. */
  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get(path: string, headers: Record<string, string> = {}): Promise<TestResponse> {
    return this.request('GET', path, { headers });
  }

  /** Loads a page, as when a person follows a link. */
  visit(path: string): Promise<TestResponse> {
    return this.get(path, navigation);
  }

  postJson(path: string, body: unknown, headers: Record<string, string> = {}): Promise<TestResponse> {
    return this.request('POST', path, {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Sends a form, as a browser does from a page of the application. */
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
    // Not by fetch, which has Fetch Metadata of its own to send and lets nobody else write it.
    const answer = await request(new URL(path, this.baseUrl), {
      method: method as 'GET',
      headers: { ...(this.cookies.size > 0 && { cookie: this.cookieHeader }), ...headers },
      ...(body !== undefined && { body }),
    });
    const setCookies = [answer.headers['set-cookie'] ?? []].flat();
    setCookies.forEach((cookie) => {
      this.keep(cookie);
    });
    const text = await answer.body.text();
    return {
      status: answer.statusCode,
      headers: toHeaders(answer.headers),
      setCookies,
      text,
      json: () => JSON.parse(text) as unknown,
    };
  }

  private keep(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split(';').map((part) => part.trim());
    const [name = '', ...value] = pair.split('=');
    const isGone = attributes.some((attribute) => /^max-age=0$/i.test(attribute));
    if (isGone) this.cookies.delete(name);
    else this.cookies.set(name, value.join('='));
  }
}

function toHeaders(raw: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(raw)) {
    for (const value of [values ?? []].flat()) headers.append(name, value);
  }
  return headers;
}
