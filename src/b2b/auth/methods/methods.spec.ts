import { emailMagicLinks } from './email-magic-links.js';
import { emailOtp } from './email-otp.js';
import { oauth } from './oauth.js';

const publicToken = 'public-token-test-00000000-0000-4000-8000-000000000000';

describe('the options of the methods', () => {
  it.each([
    emailMagicLinks(),
    emailMagicLinks({ expiresInMinutes: 5, binding: 'any-browser' }),
    emailOtp(),
    emailOtp({ expiresInMinutes: 15 }),
    oauth(['google', 'microsoft', 'hubspot', 'slack', 'github']),
    oauth(['google'], {
      customScopes: { google: ['openid'] },
      providerParameters: { google: { prompt: 'none' } },
    }),
  ])('have no problem: $name', (method) => {
    expect(method.findProblems?.({ publicToken })).toEqual([]);
  });

  it.each([
    [emailMagicLinks({ expiresInMinutes: 4 }), ['expiresInMinutes']],
    [emailMagicLinks({ signUp: 'deny' } as object), ['signUp']],
    [emailOtp({ expiresInMinutes: 1 }), ['expiresInMinutes']],
    [oauth(['discord' as 'google']), ['providers']],
    [oauth(['google', 'google']), ['providers']],
    [oauth(['google'], { customScopes: { apple: ['name'] } as object }), ['customScopes']],
  ])('have the problem %#', (method, paths) => {
    expect(method.findProblems?.({ publicToken }).map(({ path }) => path)).toEqual(paths);
  });

  it('lack the public token that OAuth requires', () => {
    expect(oauth(['google']).findProblems?.({ publicToken: undefined })).toMatchObject([
      { path: 'publicToken' },
    ]);
  });
});
