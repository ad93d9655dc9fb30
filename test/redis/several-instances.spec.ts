import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { TestBrowser } from 'nestjs-stytch/testing';
import type { LinkMessage } from 'stytch-emulator';
import { runInstances, startInstances, type RunningInstances } from '../demo/running-instances.js';
import { describeWithRedis } from '../support/redis-server.js';

describeWithRedis('npm run start:instances', () => {
  let instances: RunningInstances | undefined;
  afterEach(() => instances?.stop());

  it('serves the demo by two instances in turn, closes a session on both with one sign-out, and ends everything on SIGINT', async () => {
    instances = await startInstances();
    const { url, instanceUrls, emulatorUrl, urls } = instances;
    const browser = new TestBrowser(url);
    await browser.postJson('/login', { email: 'ada@example.com' });
    const mail = await fetch(`${emulatorUrl}/__emulator/v1/messages/wait?to=ada@example.com`);
    const { link } = (await mail.json()) as LinkMessage;
    const redirect = await fetch(link, { redirect: 'manual' });
    const callback = new URL(redirect.headers.get('location') ?? '');
    expect(callback.origin).toBe(url);
    expect((await browser.visit(callback.href)).status).toBe(303);

    const pages = [await browser.visit('/dashboard'), await browser.visit('/dashboard')];
    expect(pages.map(({ text }) => /Instance \d/.exec(text)?.[0]).sort()).toEqual([
      'Instance 1',
      'Instance 2',
    ]);

    const cookie = browser.cookieHeader;
    expect((await browser.request('POST', '/logout')).status).toBe(204);
    const refused = await Promise.all(
      instanceUrls.map((instance) => browser.get(`${instance}/api/me`, { cookie })),
    );
    expect(refused.map(({ status, json }) => [status, (json() as { code: string }).code])).toEqual([
      [401, 'session_revoked'],
      [401, 'session_revoked'],
    ]);

    expect(await Promise.all(urls.map(isListening))).toEqual([true, true, true, true, true]);
    expect(await instances.stop('SIGINT')).toMatchObject({ exitCode: 0, signal: null });
    expect(await Promise.all(urls.map(isListening))).toEqual([false, false, false, false, false]);
  });

  it('names an instance that ends by itself, and ends everything else', async () => {
    instances = await startInstances();
    const [, second = ''] = execFileSync('pgrep', ['-P', String(instances.pid), '-f', 'demo/main'], {
      encoding: 'utf8',
    }).split('\n');

    process.kill(Number(second), 'SIGKILL');

    expect(await instances.ended).toEqual({
      exitCode: 1,
      signal: null,
      stderr: expect.stringContaining('Instance 2 ended with SIGKILL. Everything else is stopped too.\n'),
    });
    expect(await Promise.all(instances.urls.map(isListening))).toEqual([false, false, false, false, false]);
  });
});

describe('npm run start:instances without redis-server and REDIS_URL', () => {
  it('says how to get one, and ends', async () => {
    const emptyPath = mkdtempSync(`${tmpdir()}/empty-path-`);
    const { ended } = runInstances({ PATH: emptyPath, STYTCH_EMULATOR_PORT: '0' });

    expect(await ended).toEqual({
      exitCode: 1,
      signal: null,
      stderr:
        'redis-server is not installed. Install it (apt-get install redis-server, or brew install redis), or set REDIS_URL.\n',
    });
    rmSync(emptyPath, { recursive: true });
  });
});

async function isListening(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
