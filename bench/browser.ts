import { parseSetCookie } from 'cookie';
import type { Pool } from 'undici';

export interface TimedResponse {
  readonly status: number;
  readonly ms: number;
}

/** An HTTP client that sends its cookies and stores the ones it receives. */
export class Browser {
  constructor(
    private readonly connections: Pool,
    private readonly cookies: Map<string, string>,
  ) {}

  async get(path: string): Promise<TimedResponse> {
    const startedAtMs = performance.now();
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const { statusCode, headers, body } = await this.connections.request({
      method: 'GET',
      path,
      headers: { cookie },
    });
    await body.dump();
    const ms = performance.now() - startedAtMs;
    for (const line of [headers['set-cookie'] ?? []].flat()) {
      const { name, value } = parseSetCookie(line);
      if (value !== undefined && value !== '') this.cookies.set(name, value);
    }
    return { status: statusCode, ms };
  }
}
