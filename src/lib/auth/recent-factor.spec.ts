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
  ])(
    '%s, if it is not known when the sign-in was started',
    (_, expected, startedAt, authenticationFactors) => {
      expect(
        hasRecentFactor({ startedAt, authenticationFactors } as unknown as Session, 'magic_link', now),
      ).toBe(expected);
    },
  );

  it.each([
    ['accepts a factor from after the start of the sign-in', true, '2026-01-01T11:59:20Z'],
    ['accepts a factor of the second in which the sign-in was started', true, '2026-01-01T11:59:30.900Z'],
    ['rejects a factor from before the sign-in was started', false, '2026-01-01T11:59:31Z'],
  ])('%s', (_, expected, startedAt) => {
    const session = {
      startedAt: '2026-01-01T08:00:00Z',
      authenticationFactors: [{ type: 'magic_link', lastAuthenticatedAt: '2026-01-01T11:59:30Z' }],
    } as unknown as Session;

    expect(hasRecentFactor(session, 'magic_link', now, Date.parse(startedAt))).toBe(expected);
  });
});
