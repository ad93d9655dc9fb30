import type { Balancer } from './balancer.js';
import type { NewSession } from './messages.js';
import type { Observations } from './observations.js';

const jwtCookie = 'stytch_session_jwt';
const tokenCookie = 'stytch_session';
/** A client that gets no response tries again after this time. */
const unreachableRetryMs = 1_000;
/** Cookies have 4,096 bytes at most, name included. */
const maxCookieBytes = 4_096;

interface Me {
  readonly userId: string;
  readonly sessionId: string;
  readonly person: number;
}

/** Polls with a cookie jar, and checks that every response is about this person. */
export class Person {
  private readonly cookies = new Map<string, string>();
  private readonly fitsCookie: boolean;
  private readonly ip: string;
  private isStopped = false;
  /** Whether the latest response was a 503, and when the first 200 after one came. */
  private isRefused = false;
  servedAgainAtMs = 0;

  constructor(
    private readonly index: number,
    private readonly session: NewSession,
    private readonly balancer: Balancer,
    private readonly observations: Observations,
  ) {
    this.fitsCookie = jwtCookie.length + session.sessionJwt.length <= maxCookieBytes;
    this.ip = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
    this.restoreCookies();
  }

  /** @param firstAfterMs when to poll first */
  async poll(intervalMs: number, firstAfterMs: number): Promise<void> {
    let waitMs = firstAfterMs;
    while (!this.isStopped) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      waitMs = (await this.request()) ?? intervalMs * (0.9 + Math.random() * 0.2);
    }
  }

  stop(): void {
    this.isStopped = true;
  }

  /** Returns after how long to try again, if the client has a reason. */
  private async request(): Promise<number | undefined> {
    const startedIn = this.observations.current;
    const startedAtMs = performance.now();
    startedIn.requests += 1;
    try {
      const { statusCode, headers, body } = await this.balancer.request({
        method: 'GET',
        path: '/me',
        headers: { cookie: this.cookieHeader, 'x-forwarded-for': this.ip },
      });
      const text = await body.text();
      this.keepCookies([headers['set-cookie'] ?? []].flat());
      if (statusCode === 200) {
        this.observations.ok(performance.now() - startedAtMs);
        this.checkIdentity(JSON.parse(text) as Me);
        return undefined;
      }
      const { code = '' } = JSON.parse(text) as { code?: string };
      if (statusCode !== 503) {
        this.observations.violation(`a genuine session got ${statusCode}`, code);
        this.restoreCookies();
        return undefined;
      }
      this.isRefused = true;
      this.observations.refused(code, startedIn);
      const retryAfter = String(headers['retry-after']);
      if (!/^\d+$/.test(retryAfter)) this.observations.violation('503 without Retry-After', retryAfter);
      return Number(retryAfter) * 1000;
    } catch (error) {
      if (this.isStopped) return undefined;
      this.observations.unreachable(String((error as { code?: unknown }).code ?? error), startedIn);
      return unreachableRetryMs;
    }
  }

  private checkIdentity({ userId, sessionId, person }: Me): void {
    if (this.isRefused) this.servedAgainAtMs = performance.now();
    this.isRefused = false;
    const { session, index } = this;
    if (userId !== session.userId || sessionId !== session.sessionId || person !== index)
      this.observations.violation('a person saw the session of another one', `${index} saw ${person}`);
  }

  private keepCookies(lines: readonly string[]): void {
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value !== '') this.cookies.set(name, value);
      // A JWT that fits no cookie replaces an older one that did.
      else if (name === tokenCookie || this.fitsCookie)
        this.observations.violation('a cookie was cleared', name);
    }
  }

  private restoreCookies(): void {
    this.cookies.set(tokenCookie, this.session.sessionToken);
    if (this.fitsCookie) this.cookies.set(jwtCookie, this.session.sessionJwt);
  }

  private get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}
