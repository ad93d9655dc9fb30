import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { resolveSessionOptions } from '../../options/session.options.js';
import { extensionMinutes } from './session-extension.js';

const startedAtSeconds = 1_800_000_000;
const optionsAt = (minutes: number, session: { extendOnRefresh?: boolean; maxLifetimeMinutes?: number }) => ({
  clock: { nowMs: () => (startedAtSeconds + minutes * 60) * 1000, monotonicMs: () => 0 },
  session: resolveSessionOptions({ extendOnRefresh: true, ...session }),
});

describe('the extension of a refreshed session', () => {
  it.each<[string, number, object, number | undefined]>([
    ['nothing if sessions are not extended', 10, { extendOnRefresh: false }, undefined],
    ['the configured duration', 10, {}, 60],
    ['the remaining lifetime if that is shorter', 100, { maxLifetimeMinutes: 120 }, 20],
    ['nothing if less than five minutes remain', 116, { maxLifetimeMinutes: 120 }, undefined],
  ])('is %s', (_, minutes, session, expected) => {
    expect(extensionMinutes(optionsAt(minutes, session), verifiedJwt(startedAtSeconds))).toBe(expected);
  });

  it('is the configured duration for an opaque token, whose session start is unknown', () => {
    expect(extensionMinutes(optionsAt(100, { maxLifetimeMinutes: 120 }))).toBe(60);
  });
});
