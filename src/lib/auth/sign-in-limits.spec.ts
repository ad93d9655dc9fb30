import { jest } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import type { StytchEvents } from '../events/stytch-events.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { LimitCounter } from '../limits/limit-counter.js';
import { MemoryLimitStorage } from '../limits/memory-limit-storage.js';
import { NetworkLimits } from '../limits/network-limits.js';
import { ProxyDetection } from '../limits/proxy-detection.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { LimitChallenge } from './limit-challenge.js';
import type { SignInBindings } from './sign-in-binding.js';
import { SignInLimits } from './sign-in-limits.js';

const [ada, grace] = ['ada@example.com', 'grace@example.com'];
const off = { perAddress: undefined, perAddressTotal: undefined, perIp: undefined };
const tenMinutes = (max: number) => ({ max, windowSeconds: 600 });

let nowMs = 0;
const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
beforeEach(() => {
  nowMs = 1_000;
});

/** Limits in memory. A browser is known, for every address, if the exchange says so. */
function limitsWith(limits: Partial<ResolvedOptions['limits']>) {
  const options = {
    projectId: 'project-test-1',
    clock,
    limits: { ...off, ...limits },
  } as unknown as ResolvedOptions;
  const counter = new LimitCounter(options, new MemoryLimitStorage(clock));
  const emit = jest.fn<(event: { limit: string }) => void>();
  const browserOf = ({ headers }: IncomingMessage) => headers.cookie;
  const signInLimits = new SignInLimits(
    options,
    counter,
    new NetworkLimits(options, counter, new ProxyDetection()),
    { knownBrowser: browserOf, browserKnownFor: browserOf } as unknown as SignInBindings,
    new LimitChallenge(options),
    { emit } as unknown as StytchEvents,
  );
  /** The limits that refused requests, by number of requests; `ok` for those that were not refused. */
  const results = { ok: 0 } as Record<string, number>;
  const count = async (run: () => Promise<unknown>) => {
    const refusal = await run();
    const name = refusal === undefined ? 'ok' : (emit.mock.lastCall?.[0].limit ?? 'no event');
    results[name] = (results[name] ?? 0) + 1;
    return refusal;
  };
  return {
    results,
    request: (clientIp: string | undefined, email: string, browser?: string) =>
      count(() => signInLimits.countStart(exchangeFrom(clientIp, browser), email)),
    open: (clientIp: string | undefined, browser?: string) =>
      count(() => signInLimits.countOpenedLink(exchangeFrom(clientIp, browser))),
  };
}

const exchangeFrom = (clientIp: string | undefined, browser?: string) =>
  ({
    request: { headers: { cookie: browser }, socket: { remoteAddress: clientIp } },
    clientIp,
  }) as unknown as HttpExchange;

describe('the limits on link requests', () => {
  it('refuse the network that exceeds perAddress, and no other network', async () => {
    const { results, request } = limitsWith({ perAddress: tenMinutes(5), perAddressTotal: tenMinutes(20) });
    for (let n = 0; n < 50; n += 1) await request('203.0.113.1', ada);

    expect(results).toEqual({ ok: 5, address: 45 });
    expect(await request('203.0.113.2', ada)).toBeUndefined();
    expect(await request('203.0.113.1', grace)).toBeUndefined();
    expect(await request('203.0.113.1', 'ADA+tag@Example.com')).toMatchObject({
      refusal: { code: 'rate_limited', retryAfterSeconds: 600 },
    });
  });

  it('count all networks of an IPv6 site as one against the same email address', async () => {
    const { results, request } = limitsWith({ perAddress: tenMinutes(5), perAddressTotal: tenMinutes(20) });
    for (let n = 0; n < 50; n += 1) await request(`2001:db8:1:${n}::1`, ada);

    expect(results).toEqual({ ok: 5, address: 45 });
    expect(await request('2001:db8:2::1', ada)).toBeUndefined();
  });

  it('send no more than perAddressTotal links to an email address, however many networks request them', async () => {
    const { results, request } = limitsWith({ perAddress: tenMinutes(5), perAddressTotal: tenMinutes(20) });
    for (let n = 0; n < 50; n += 1) await request(`203.0.113.${n}`, ada);

    expect(results).toEqual({ ok: 20, address_total: 30 });
    expect(await request('203.0.113.1', grace)).toBeUndefined();
    nowMs += 600_000;
    expect(await request('203.0.113.1', ada)).toBeUndefined();
  });

  it('let a browser that requested a link for the address request more when others used up the limits', async () => {
    const { results, request } = limitsWith({ perAddress: tenMinutes(5), perAddressTotal: tenMinutes(20) });
    for (let n = 0; n < 30; n += 1) await request(`203.0.113.${n}`, ada);
    for (let n = 0; n < 30; n += 1) await request('198.51.100.1', ada, 'browser');

    expect(results).toEqual({ ok: 20 + 5, address_total: 10, address: 25 });
  });

  it('let one browser request one link more than perAddress, the first of which made it known', async () => {
    const { results, request } = limitsWith({ perAddress: tenMinutes(5), perAddressTotal: tenMinutes(20) });
    await request('203.0.113.1', ada);
    for (let n = 0; n < 30; n += 1) await request('203.0.113.1', ada, 'browser');

    expect(results).toEqual({ ok: 6, address: 25 });
  });

  it('send known browsers together no more than perAddressTotal links again', async () => {
    const { results, request } = limitsWith({ perAddress: tenMinutes(5), perAddressTotal: tenMinutes(20) });
    for (let n = 0; n < 100; n += 1) await request(`203.0.113.${n}`, ada, `browser ${n}`);

    expect(results).toEqual({ ok: 40, address_total: 60 });
  });

  it('count only in total where the network is unknown', async () => {
    const { results, request } = limitsWith({ perAddress: tenMinutes(5), perAddressTotal: tenMinutes(20) });
    for (let n = 0; n < 30; n += 1) await request(undefined, ada);

    expect(results).toEqual({ ok: 20, address_total: 10 });
  });

  it('apply perAddress in total where the network is unknown and perAddressTotal is off', async () => {
    const { results, request } = limitsWith({ perAddress: tenMinutes(5) });
    for (let n = 0; n < 30; n += 1) await request(undefined, ada);

    expect(results).toEqual({ ok: 5, address_total: 25 });
  });

  it('do not count a request against the email address when its network is over the limit', async () => {
    const { results, request } = limitsWith({ perIp: tenMinutes(1), perAddressTotal: tenMinutes(2) });
    for (let n = 0; n < 10; n += 1) await request('203.0.113.1', ada);

    expect(results).toEqual({ ok: 1, ip: 9 });
    expect(await request('203.0.113.2', ada)).toBeUndefined();
  });

  it('refuse an IPv6 site that uses more than ten times perIp', async () => {
    const { results, request } = limitsWith({ perIp: tenMinutes(3) });
    for (let n = 0; n < 50; n += 1) await request(`2001:db8:1:${n}::1`, `${n}@example.com`);

    expect(results).toEqual({ ok: 30, ipv6_48: 20 });
    expect(await request('2001:db8:2::1', ada)).toBeUndefined();
  });

  it('share ten times perIp in the process among clients whose network is unknown', async () => {
    const { results, request } = limitsWith({ perIp: tenMinutes(3) });
    for (let n = 0; n < 50; n += 1) await request(undefined, `${n}@example.com`);

    expect(results).toEqual({ ok: 30, process: 20 });
    expect(await request('203.0.113.1', ada)).toBeUndefined();
    expect(await request(undefined, ada)).toMatchObject({ refusal: { retryAfterSeconds: 20 } });
    nowMs += 20_000;
    expect(await request(undefined, ada)).toBeUndefined();
  });

  it('refuse nothing if they are off', async () => {
    const { results, request } = limitsWith({});
    for (let n = 0; n < 1000; n += 1) await request(n % 2 === 0 ? undefined : '203.0.113.1', ada);

    expect(results).toEqual({ ok: 1000 });
  });

  it('ask the challenge once per request, and count a request that passed it', async () => {
    const asked: string[] = [];
    const challenge = ({ limit }: { limit: string }) => asked.push(limit) > 0;
    const { results, request } = limitsWith({
      perIp: tenMinutes(1),
      perAddressTotal: tenMinutes(1),
      challenge,
    });
    for (let n = 0; n < 3; n += 1) await request('203.0.113.1', ada);
    await request('203.0.113.2', ada);

    expect(results).toEqual({ ok: 4 });
    expect(asked).toEqual(['ip', 'ip', 'address_total']);
  });
});

describe('the limits on opened links', () => {
  it('refuse a network over perIp, counted separately from link requests', async () => {
    const { results, request, open } = limitsWith({ perIp: tenMinutes(2) });
    for (let n = 0; n < 2; n += 1) await request('203.0.113.1', ada);
    for (let n = 0; n < 5; n += 1) await open('203.0.113.1', 'browser');

    expect(results).toEqual({ ok: 2 + 2, ip: 3 });
  });

  it('refuse an IPv6 site that opens more than ten times perIp', async () => {
    const { results, open } = limitsWith({ perIp: tenMinutes(3) });
    for (let n = 0; n < 50; n += 1) await open(`2001:db8:1:${n}::1`, `browser ${n}`);

    expect(results).toEqual({ ok: 30, ipv6_48: 20 });
    expect(await open('2001:db8:2::1', 'browser')).toBeUndefined();
  });

  it('allow browsers that requested no link ten per second together, from any number of networks', async () => {
    const { results, open } = limitsWith({ perIp: tenMinutes(300) });
    for (let n = 0; n < 300; n += 1) await open(`203.0.113.${n % 256}`);

    expect(results).toEqual({ ok: 10, process: 290 });
    nowMs += 1_000;
    for (let n = 0; n < 300; n += 1) await open(`203.0.113.${n % 256}`);
    expect(results).toEqual({ ok: 20, process: 580 });
    expect(await open('203.0.113.1')).toMatchObject({
      refusal: { code: 'rate_limited', retryAfterSeconds: 1 },
    });
  });

  it('allow browsers that requested a link a hundred per second, whatever others open', async () => {
    const { results, open } = limitsWith({ perIp: tenMinutes(300) });
    for (let n = 0; n < 300; n += 1) await open(`203.0.113.${n % 256}`);
    for (let n = 0; n < 150; n += 1) await open(`198.51.100.${n}`, `browser ${n}`);

    expect(results).toEqual({ ok: 10 + 100, process: 290 + 50 });
  });

  it('count the links of a browser that opens more than twenty in ten minutes as those of an unknown one', async () => {
    const { results, open } = limitsWith({});
    for (let n = 0; n < 90; n += 1) await open(`203.0.113.${n}`, 'attacker');

    expect(results).toEqual({ ok: 20 + 10, process: 60 });
    for (let n = 0; n < 80; n += 1) await open('198.51.100.1', `browser ${n}`);
    expect(results).toEqual({ ok: 20 + 10 + 80, process: 60 });
  });
});
