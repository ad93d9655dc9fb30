import type { StytchTenantOption } from '../options/tenant.option.js';
import { comparedTenant } from './compared-tenant.js';
import type { HandlerKind } from './startup-check/methods.js';

const byPath: StytchTenantOption = { path: ':org' };
const bySubdomain: StytchTenantOption = { subdomainOf: 'app.example.com' };
const byFunction: StytchTenantOption = () => undefined;
const subdomain = 'subdomain of app.example.com';

describe('the organization that a call of a handler is compared with', () => {
  it.each<[string, StytchTenantOption | undefined, HandlerKind, string[], string | undefined]>([
    ['unknown without the option', undefined, 'route', ['/:org'], undefined],
    ['the parameter of a route', byPath, 'route', ['/orgs/:org/documents'], ':org'],
    ['none for a route without the parameter', byPath, 'route', ['/account'], 'none'],
    ['none for a route with a longer parameter', byPath, 'route', ['/:organization'], 'none'],
    [
      'none for a route that one of its paths does not name it in',
      byPath,
      'route',
      ['/:org', '/own'],
      'none',
    ],
    ['none for a route that may leave it out at the start', byPath, 'route', ['/{:org/}documents'], 'none'],
    ['none for a route that may leave it out at the end', byPath, 'route', ['/orgs{/:org}'], 'none'],
    ['none for a route that may leave out more with it', byPath, 'route', ['/a{/b{/:org}/c}'], 'none'],
    ['none for a route with an optional parameter', byPath, 'route', ['/orgs/:org?/documents'], 'none'],
    ['the parameter of a route that may leave out another', byPath, 'route', ['/:org{/:page}'], ':org'],
    ['none for a resolver where the path names it', byPath, 'resolver', [], 'none'],
    ['none for a gateway where the path names it', byPath, 'gateway_message', [], 'none'],
    ['the subdomain of a route', bySubdomain, 'route', ['/'], subdomain],
    ['the subdomain of a handshake', bySubdomain, 'gateway_message', [], subdomain],
    ['what a function reads from the request of a resolver', byFunction, 'field_resolver', [], 'function'],
    ['none for a message, which has no request', byFunction, 'message_pattern', [], 'none'],
  ])('is %s', (_, option, kind, paths, expected) => {
    expect(comparedTenant(option, kind, () => paths)).toBe(expected);
  });
});
