import { LimitedLog } from '../../lib/internal.js';
import { noTenant, unreadableTenant, type RequestTenant } from './request-tenant.js';
import { tenantReader } from './tenant-reader.js';

const frozenClock = { nowMs: () => 0, monotonicMs: () => 0 };
const named = (tenant: string): RequestTenant => ({ kind: 'named', tenant });
const appUrl = 'https://www.app.example.com:8443';
const context = { log: new LimitedLog(frozenClock), appUrl };

describe('the tenant of a request', () => {
  it('is none without the option', () => {
    expect(tenantReader(undefined, context)({ params: { org: 'acme' }, hostname: 'acme.example.com' })).toBe(
      noTenant,
    );
  });

  describe('with a parameter of the path', () => {
    const read = tenantReader({ path: ':org' }, context);

    it.each<[string, unknown, RequestTenant]>([
      ['a slug', 'acme', named('acme')],
      ['an id', 'organization-test-1', named('organization-test-1')],
      ['a slug with every character that Stytch accepts', 'A-z.0_9~', named('A-z.0_9~')],
      ['dots', '..', named('..')],
      ['a single character', 'a', unreadableTenant],
      ['an empty text', '', unreadableTenant],
      ['129 characters', 'a'.repeat(129), unreadableTenant],
      ['a slash that was encoded', 'acme/other', unreadableTenant],
      ['a percent sign', 'acme%2e', unreadableTenant],
      ['a blank', 'ac me', unreadableTenant],
      ['a line break at the end', 'acme\n', unreadableTenant],
      ['a letter that is no ASCII', 'аcme', unreadableTenant],
      ['a letter in another normal form', 'acmé', unreadableTenant],
      ['several segments of a wildcard', ['acme', 'other'], unreadableTenant],
      ['null', null, unreadableTenant],
      ['an optional parameter that is missing', undefined, noTenant],
    ])('reads %s', (_, org, tenant) => {
      expect(read({ params: { org } })).toEqual(tenant);
    });

    it.each<[string, object]>([
      ['a route with other parameters', { params: { id: 'acme' } }],
      ['a request that was not routed', {}],
      ['parameters that inherit the name', { params: Object.create({ org: 'acme' }) as object }],
    ])('is none for %s', (_, request) => {
      expect(read(request)).toBe(noTenant);
    });
  });

  describe('with a subdomain', () => {
    const read = tenantReader({ subdomainOf: 'app.example.com' }, context);

    it.each<[string, unknown, RequestTenant]>([
      ['the subdomain', 'acme.app.example.com', named('acme')],
      ['the subdomain of a request in upper case', 'ACME.App.Example.COM', named('acme')],
      ['the subdomain of a fully qualified name', 'acme.app.example.com.', named('acme')],
      ['the domain itself', 'app.example.com', noTenant],
      ['the domain itself in upper case with a dot', 'APP.example.com.', noTenant],
      ['the host of the app URL', 'WWW.app.example.com', noTenant],
      ['a subdomain of two labels', 'other.acme.app.example.com', unreadableTenant],
      ['an empty label', '.app.example.com', unreadableTenant],
      ['two dots at the end', 'acme.app.example.com..', unreadableTenant],
      ['a parent domain', 'example.com', unreadableTenant],
      ['a sibling domain', 'acme.example.com', unreadableTenant],
      ['a domain that only ends alike', 'acmeapp.example.com', unreadableTenant],
      ['a domain that starts alike', 'acme.app.example.com.attacker.net', unreadableTenant],
      ['an IPv4 address', '127.0.0.1', unreadableTenant],
      ['an IPv6 address', '[::1]', unreadableTenant],
      ['a letter with an ASCII lower case', '\u212Acme.app.example.com', unreadableTenant],
      ['a name and a password', 'x@acme.app.example.com', unreadableTenant],
      ['a path', 'acme.app.example.com/x', unreadableTenant],
      ['a blank', 'acme .app.example.com', unreadableTenant],
      ['an encoded dot', 'acme%2eapp.example.com', unreadableTenant],
      ['an empty host', '', unreadableTenant],
    ])('reads %s', (_, hostname, tenant) => {
      expect(read({ hostname, headers: { host: 'trusted.app.example.com' } })).toEqual(tenant);
    });

    it.each<[string, object, RequestTenant]>([
      ['Host', { host: 'acme.app.example.com' }, named('acme')],
      ['Host with a port', { host: 'acme.app.example.com:8443' }, named('acme')],
      ['the authority of HTTP/2', { ':authority': 'acme.app.example.com:443' }, named('acme')],
      ['Host, not X-Forwarded-Host', { 'x-forwarded-host': 'acme.app.example.com' }, unreadableTenant],
      ['an IPv6 address with a port', { host: '[::1]:3000' }, unreadableTenant],
      ['no host', {}, unreadableTenant],
    ])('reads %s of a request of Node', (_, headers, tenant) => {
      expect(read({ headers })).toEqual(tenant);
    });

    it('refuses a request without headers', () => {
      expect(read({})).toBe(unreadableTenant);
    });
  });

  describe('with a function', () => {
    const logged: unknown[] = [];
    const recording = {
      log: (...parameters: unknown[]) => logged.push(parameters),
    } as unknown as LimitedLog;
    beforeEach(() => logged.splice(0));

    it.each<[string, unknown, RequestTenant]>([
      ['a slug', 'acme', named('acme')],
      ['nothing', undefined, noTenant],
      ['an empty text', '', unreadableTenant],
      ['a text that is no slug', 'acme corp', unreadableTenant],
    ])('takes %s', (_, value, tenant) => {
      const request = {};
      const received: unknown[] = [];
      const read = tenantReader(
        (given) => {
          received.push(given);
          return value as string;
        },
        { log: recording, appUrl },
      );

      expect(read(request)).toEqual(tenant);
      expect(received).toEqual([request]);
      expect(logged).toEqual([]);
    });

    it.each<[string, unknown]>([
      ['a promise', Promise.resolve('acme')],
      ['null', null],
      ['an object', { toString: () => 'acme' }],
    ])('refuses a request for which it returns %s, and says so in the log', (_, value) => {
      expect(tenantReader(() => value as string, { log: recording, appUrl })({})).toBe(unreadableTenant);
      expect(logged).toEqual([
        [
          'error',
          'organizations.tenant returned neither a string nor undefined. Requests are refused with organization_mismatch.',
        ],
      ]);
    });

    it('refuses a request for which it throws, and logs no text of the error', () => {
      const read = tenantReader(
        () => {
          throw new RangeError('secret');
        },
        { log: recording, appUrl },
      );

      expect(read({})).toBe(unreadableTenant);
      expect(logged).toEqual([
        [
          'error',
          'organizations.tenant threw (RangeError). Requests are refused with organization_mismatch.',
        ],
      ]);
    });
  });
});
