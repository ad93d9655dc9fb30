import { oauth } from './oauth.js';

const problemsOf = (
  providers: unknown,
  options?: unknown,
  publicToken: string | undefined = 'public-token-test-1',
) =>
  (oauth as (...parameters: unknown[]) => ReturnType<typeof oauth>)(providers, options).findProblems?.({
    publicToken,
  });

describe('the options of oauth()', () => {
  it('are accepted for several providers', () => {
    const options = {
      customScopes: { google: ['https://www.googleapis.com/auth/calendar.readonly'] },
      providerParameters: { google: { prompt: 'select_account' } },
      requireEmail: false,
    };

    expect(problemsOf(['google', 'github'], options)).toEqual([]);
  });

  it.each<[path: string, providers: unknown, options: unknown]>([
    ['providers', undefined, {}],
    ['providers', [], {}],
    ['providers', 'google', {}],
    ['providers', ['gogle'], {}],
    ['providers', ['google', 'google'], {}],
    ['customScopes', ['google'], { customScopes: ['email'] }],
    ['customScopes', ['google'], { customScopes: { gogle: ['email'] } }],
    ['customScopes', ['google'], { customScopes: { google: 'email' } }],
    ['customScopes', ['google'], { customScopes: { google: ['email profile'] } }],
    ['providerParameters', ['google'], { providerParameters: { google: { Prompt: 'x' } } }],
    ['providerParameters', ['google'], { providerParameters: { google: { prompt: 1 } } }],
    ['requireEmail', ['google'], { requireEmail: 'yes' }],
    ['scopes', ['google'], { scopes: {} }],
    ['(options)', ['google'], 'google'],
  ])('have a problem with %s if they are %j, %j', (path, providers, options) => {
    expect(problemsOf(providers, options)?.map((problem) => problem.path)).toEqual([path]);
  });

  it('require the public token of the project', () => {
    expect(oauth(['google']).findProblems?.({ publicToken: undefined })).toEqual([
      {
        path: 'publicToken',
        given: 'nothing',
        allowed: 'public-token-test-… or public-token-live-…',
        fix: 'oauth() needs the public token from the API keys of the same project (STYTCH_PUBLIC_TOKEN).',
      },
    ]);
  });
});
