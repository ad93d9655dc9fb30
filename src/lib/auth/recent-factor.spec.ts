import type { AuthenticationFactor, Session } from '../identity/session.js';
import { hasRecentFactor } from './recent-factor.js';

const now = Date.parse('2026-01-01T12:00:00Z');

describe('hasRecentFactor', () => {
  it.each<[string, boolean, string, AuthenticationFactor[]]>([
    [
      'accepts a factor of the last minute in an older session',
      true,
      '2026-01-01T08:00:00Z',
      [{ type: 'magic_link', lastAuthenticatedAt: '2026-01-01T11:59:01Z' }],
    ],
    [
      'rejects a factor that is a minute old',
      false,
      '2026-01-01T11:59:30Z',
      [{ type: 'magic_link', lastAuthenticatedAt: '2026-01-01T11:59:00Z' }],
    ],
    [
      'rejects a recent factor of another type',
      false,
      '2026-01-01T11:59:30Z',
      [{ type: 'otp', lastAuthenticatedAt: '2026-01-01T11:59:30Z' }],
    ],
    [
      'uses the start of the session if the factor has no time',
      true,
      '2026-01-01T11:59:30Z',
      [{ type: 'magic_link' }],
    ],
    [
      'rejects an old session whose factor has no time',
      false,
      '2026-01-01T08:00:00Z',
      [{ type: 'magic_link' }],
    ],
    ['rejects a time that is none', false, 'yesterday', [{ type: 'magic_link' }]],
    ['rejects a session without factors', false, '2026-01-01T11:59:30Z', []],
  ])('%s', (_, expected, startedAt, authenticationFactors) => {
    expect(
      hasRecentFactor({ startedAt, authenticationFactors } as unknown as Session, 'magic_link', now),
    ).toBe(expected);
  });
});
