import { randomBytes } from 'node:crypto';
import type { Balancer } from './balancer.js';

const requestsPerSecond = 100;
const ip = '203.0.113.7';

/** Made-up opaque tokens, made-up JWTs and anonymous sign-outs from one network. */
export class Flood {
  /** The responses, by status. */
  readonly statuses: Record<string, number> = {};
  private sent = 0;

  /** @param genuineJwt its header and claims are used with made-up signatures */
  constructor(
    private readonly balancer: Balancer,
    private readonly genuineJwt: string,
  ) {}

  async run(ms: number): Promise<void> {
    const pending: Promise<void>[] = [];
    const endsAtMs = performance.now() + ms;
    while (performance.now() < endsAtMs) {
      for (let n = 0; n < requestsPerSecond / 10; n += 1) pending.push(this.send());
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await Promise.all(pending);
  }

  private async send(): Promise<void> {
    const [method, path, cookie] = this.next();
    const status = await this.balancer
      .request({ method, path, headers: { cookie, 'x-forwarded-for': ip } })
      .then(async ({ statusCode, body }) => {
        await body.dump();
        return String(statusCode);
      })
      .catch(() => 'no response');
    const key = `${method} ${path}: ${status}`;
    this.statuses[key] = (this.statuses[key] ?? 0) + 1;
  }

  private next(): ['GET' | 'POST', string, string] {
    this.sent += 1;
    const token = `stytch_session=${random(33)}`;
    switch (this.sent % 4) {
      case 0:
        return ['GET', '/me', token];
      case 1:
        return ['GET', '/me', `stytch_session_jwt=${this.madeUpJwt()}`];
      case 2:
        return ['GET', '/me', `stytch_session_jwt=${this.madeUpJwt()}; ${token}`];
      default:
        return ['POST', '/auth/logout', token];
    }
  }

  /** Every second one names a key that is not published. */
  private madeUpJwt(): string {
    const [header = '', claims = ''] = this.genuineJwt.split('.');
    const unknownKey = { alg: 'RS256', typ: 'JWT', kid: `jwk-test-${random(16)}` };
    const used = this.sent % 8 < 4 ? header : Buffer.from(JSON.stringify(unknownKey)).toString('base64url');
    return `${used}.${claims}.${random(256)}`;
  }
}

const random = (bytes: number) => randomBytes(bytes).toString('base64url');
