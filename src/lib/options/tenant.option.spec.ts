import { StytchOptionsError, type StytchOptionProblem } from '../errors/stytch-options.error.js';
import { resolveOptions } from './resolve-options.js';

const required = {
  projectId: 'project-test-5f0d9c1e-0000-4000-8000-000000000001',
  secret: 'secret-test-of-these-specs=',
  appUrl: 'https://app.example.com',
};

const resolved = (tenant: unknown, domain?: string) =>
  resolveOptions(
    { ...required, organizations: { tenant: tenant as () => undefined }, cookies: { domain } },
    {},
    'b2b',
  ).organizations.tenant;

function problemsOf(tenant: unknown, domain?: string): readonly StytchOptionProblem[] {
  try {
    resolved(tenant, domain);
  } catch (error) {
    if (error instanceof StytchOptionsError) return error.problems;
    throw error;
  }
  return [];
}

describe('the option organizations.tenant', () => {
  const byFunction = () => 'acme';

  it.each<[string, unknown, string | undefined, unknown]>([
    ['a parameter of the path', { path: ':org' }, undefined, { path: ':org' }],
    ['a function', byFunction, undefined, byFunction],
    ['nothing', undefined, undefined, undefined],
    [
      'a domain, which becomes lower case',
      { subdomainOf: 'App.Example.com' },
      'app.example.com',
      { subdomainOf: 'app.example.com' },
    ],
    [
      'a subdomain of the domain of the cookies',
      { subdomainOf: 'customers.example.com' },
      'example.com',
      { subdomainOf: 'customers.example.com' },
    ],
  ])('accepts %s', (_, tenant, domain, expected) => {
    expect(resolved(tenant, domain)).toEqual(expected);
    expect(typeof expected !== 'object' || Object.isFrozen(resolved(tenant, domain))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a parameter without its colon', { path: 'org' }],
    ['a path around the parameter', { path: '/:org/orders' }],
    ['two parameters', { path: ':org:team' }],
    ['an optional parameter', { path: ':org?' }],
    ['a domain with a scheme', { subdomainOf: 'https://app.example.com' }],
    ['a domain with a port', { subdomainOf: 'app.example.com:3000' }],
    ['a domain with a leading dot', { subdomainOf: '.example.com' }],
    ['a domain of one label', { subdomainOf: 'localhost' }],
    ['both', { path: ':org', subdomainOf: 'app.example.com' }],
    ['an empty object', {}],
    ['null', null],
    ['a text', ':org'],
    ['a list', [':org']],
  ])('refuses %s', (_, tenant) => {
    expect(problemsOf(tenant, 'example.com')).toEqual([
      {
        path: 'organizations.tenant',
        given: expect.any(String) as string,
        allowed: "{ path: ':org' }, { subdomainOf: 'app.example.com' }, or a function of the request",
        fix: 'Name one parameter of the routes with its colon, or a domain without scheme and port.',
      },
    ]);
  });

  it.each<[string, string | undefined, string]>([
    ['app.example.com', undefined, 'without cookies.domain'],
    ['example.com', 'app.example.com', "with cookies.domain 'app.example.com'"],
    ['myapp.example.com', 'app.example.com', "with cookies.domain 'app.example.com'"],
  ])(
    'refuses subdomains of %s with the domain %s of cookies, which do not reach them',
    (subdomainOf, domain, given) => {
      expect(problemsOf({ subdomainOf }, domain)).toEqual([
        {
          path: 'organizations.tenant',
          given: `{ subdomainOf: '${subdomainOf}' } ${given}`,
          allowed: 'a domain within cookies.domain',
          fix: 'Set cookies.domain to the domain that the host of appUrl (app.example.com) shares with the subdomains, so that the session reaches them.',
        },
      ]);
    },
  );

  it('refuses to let people create organizations without discovery', () => {
    const organizations = { create: 'allow', discovery: false } as const;

    expect(() => resolveOptions({ ...required, organizations }, {}, 'b2b')).toThrow(
      "'allow' with discovery: false",
    );
  });

  it('is unknown in a consumer project', () => {
    const options = { ...required, organizations: { tenant: { path: ':org' } } };

    expect(() => resolveOptions(options, {}, 'consumer')).toThrow('Unknown option.');
  });
});
