import { jest } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import type { StytchEvents } from '../events/stytch-events.js';
import type { Hit, LimitCounter, LimitResult } from '../limits/limit-counter.js';
import type { ProxyDetection } from '../limits/proxy-detection.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { SignInLimits } from './sign-in-limits.js';

const perIp = { max: 50, windowSeconds: 600 };
const perAddress = { max: 5, windowSeconds: 600 };
const request = {} as unknown as IncomingMessage;
const rateLimited = { kind: 'refused', refusal: { code: 'rate_limited', retryAfterSeconds: 30 } };

/** @param exceeded the names of the limits that are exceeded */
function limitsWith(limits: Partial<ResolvedOptions['limits']>, exceeded: string[] = []) {
  const hits: Hit[] = [];
  const count = (hit: Hit): Promise<LimitResult> => {
    hits.push(hit);
    return Promise.resolve(
      exceeded.includes(hit.name) ? { kind: 'exceeded', retryAfterSeconds: 30 } : { kind: 'within_limit' },
    );
  };
  const emit = jest.fn();
  const signInLimits = new SignInLimits(
    { limits } as ResolvedOptions,
    { count } as unknown as LimitCounter,
    { check: () => undefined } as unknown as ProxyDetection,
    { emit } as unknown as StytchEvents,
  );
  return { hits, emit, signInLimits };
}

describe('SignInLimits', () => {
  it('counts a link request by network and by lower-case email address', async () => {
    const { hits, emit, signInLimits } = limitsWith({ perIp, perAddress });

    expect(await signInLimits.countLinkRequest(request, '2001:db8::1', 'Ada@Example.com')).toBeUndefined();
    expect(hits).toEqual([
      { name: 'login-ip', limit: perIp, subject: '2001:db8:0:0::/64' },
      { name: 'login-address', limit: perAddress, subject: 'ada@example.com' },
    ]);
    expect(emit).not.toHaveBeenCalled();
  });

  it('counts an opened link by network, separately from link requests', async () => {
    const { hits, signInLimits } = limitsWith({ perIp, perAddress });

    expect(await signInLimits.countLinkUse(request, '203.0.113.7')).toBeUndefined();
    expect(hits).toEqual([{ name: 'opening-ip', limit: perIp, subject: '203.0.113.7' }]);
  });

  it('refuses a link request from a network over its limit without counting the email address', async () => {
    const { hits, emit, signInLimits } = limitsWith({ perIp, perAddress }, ['login-ip']);

    const result = await signInLimits.countLinkRequest(request, '203.0.113.7', 'ada@example.com');

    expect(result).toMatchObject(rateLimited);
    expect(hits.map(({ name }) => name)).toEqual(['login-ip']);
    expect(emit.mock.calls).toEqual([[{ type: 'rate_limited', limit: 'ip' }]]);
  });

  it('refuses a link request for an email address over its limit', async () => {
    const { emit, signInLimits } = limitsWith({ perIp, perAddress }, ['login-address']);

    const result = await signInLimits.countLinkRequest(request, '203.0.113.7', 'ada@example.com');

    expect(result).toMatchObject(rateLimited);
    expect(emit.mock.calls).toEqual([[{ type: 'rate_limited', limit: 'address' }]]);
  });

  it('counts nothing for limits that are turned off', async () => {
    const { hits, signInLimits } = limitsWith({ perIp: undefined, perAddress: undefined });
    await signInLimits.countLinkRequest(request, '203.0.113.7', 'ada@example.com');
    await signInLimits.countLinkUse(request, '203.0.113.7');

    expect(hits).toEqual([]);
  });

  it('counts no network when the client address is unknown', async () => {
    const { hits, signInLimits } = limitsWith({ perIp, perAddress });
    await signInLimits.countLinkRequest(request, undefined, 'ada@example.com');
    await signInLimits.countLinkUse(request, undefined);

    expect(hits.map(({ name }) => name)).toEqual(['login-address']);
  });
});
