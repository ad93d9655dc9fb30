import { inspect } from 'node:util';
import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { ConfirmedTokens } from './confirmed-tokens.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const issuedAtSeconds = 1_800_000_000;
let nowMs: number;
const newTokens = (session: { cacheMegabytes?: number; maxLifetimeMinutes?: number } = {}) =>
  new ConfirmedTokens(resolvedOptions({ clock: { nowMs: () => nowMs, monotonicMs: () => 0 }, session }));
const confirmed = { sessionId: 'session-test-1', expiresAtSeconds: issuedAtSeconds + 3600 };
beforeEach(() => {
  nowMs = issuedAtSeconds * 1000;
});

describe('the confirmed tokens', () => {
  it('hold the session of a token until the session expires', () => {
    const tokens = newTokens();
    tokens.add('hash', verifiedJwt(issuedAtSeconds));
    nowMs += 3_599_999;
    expect(tokens.get('hash')).toEqual(confirmed);
    nowMs += 1;

    expect(tokens.get('hash')).toBeUndefined();
  });

  it('hold a session again when the clock that was ahead is set back', () => {
    const tokens = newTokens();
    tokens.add('hash', verifiedJwt(issuedAtSeconds));
    nowMs += 7_200_000;
    expect(tokens.get('hash')).toBeUndefined();
    nowMs -= 7_200_000;

    expect(tokens.get('hash')).toEqual(confirmed);
  });

  it('hold the session no longer than session.maxLifetimeMinutes', () => {
    const tokens = newTokens({ maxLifetimeMinutes: 30 });
    tokens.add('hash', verifiedJwt(issuedAtSeconds));

    expect(tokens.get('hash')).toEqual({ ...confirmed, expiresAtSeconds: issuedAtSeconds + 1800 });
  });

  it('do not hold a token that was never added, or was deleted', () => {
    const tokens = newTokens();
    tokens.add('hash', verifiedJwt(issuedAtSeconds));
    tokens.delete('hash');

    expect([tokens.get('hash'), tokens.get('other')]).toEqual([undefined, undefined]);
  });

  it.each([
    [1, 204, 100],
    [32, 6553, 3276],
  ])(
    'with a memory of %d MB hold at most %d tokens, and the last %d in any case',
    (megabytes, most, least) => {
      const tokens = newTokens({ cacheMegabytes: megabytes });
      const count = 20_000;
      for (let n = 0; n < count; n += 1) tokens.add(`hash-${n}`, verifiedJwt(issuedAtSeconds));
      // The newest first: a read moves an entry, which may evict others.
      const held = Array.from({ length: count }, (_, n) => count - 1 - n).filter(
        (n) => tokens.get(`hash-${n}`) !== undefined,
      );

      expect(held.length).toBeLessThanOrEqual(most);
      expect(held.slice(0, least)).toEqual(Array.from({ length: least }, (_, n) => count - 1 - n));
    },
  );

  it('do not print what they hold', () => {
    const tokens = newTokens();
    tokens.add('secret-hash', verifiedJwt(issuedAtSeconds));

    expect(inspect(tokens, { depth: 10 }) + JSON.stringify(tokens)).not.toContain('secret-hash');
  });
});
