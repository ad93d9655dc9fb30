import { ApplicationConfig, type HttpAdapterHost } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { StytchRefusalException } from '../errors/stytch-refusal.exception.js';
import { StytchEvents } from '../events/stytch-events.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import { OrganizationHosts } from '../http/organization-hosts.js';
import { StytchRefusals } from '../http/refusals.js';
import { AuthResponses } from './auth-responses.js';
import { CrossSiteGuard } from './cross-site.guard.js';
import { RefusalPageException } from './refusal-page.exception.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';

const options = resolvedOptions({ trustedOrigins: ['https://www.example.com'] });
const fromOtherSite = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };

describe('CrossSiteGuard', () => {
  let events: StytchEvents;
  let guard: CrossSiteGuard;
  beforeEach(() => {
    events = new StytchEvents(options);
    const routes = new ApplicationRoutes(options, new ApplicationConfig());
    const hosts = new OrganizationHosts(options);
    const refusals = new StytchRefusals(routes, hosts, events);
    guard = new CrossSiteGuard(
      new AuthResponses({} as unknown as HttpAdapterHost, routes, hosts, refusals, options),
      options,
    );
  });
  const activate = (method: string, headers: Record<string, string>) => {
    const request = Object.assign(new IncomingMessage(new Socket()), { method, url: '/auth/login' });
    Object.assign(request.headers, headers);
    const handler = () => undefined;
    return guard.canActivate(
      new ExecutionContextHost([request, new ServerResponse(request)], undefined, handler),
    );
  };
  const errorOf = (headers: Record<string, string>) => {
    try {
      return activate('POST', headers);
    } catch (error) {
      return error;
    }
  };

  it.each<[string, string, Record<string, string>]>([
    ['a POST of a page of this application', 'POST', { 'sec-fetch-site': 'same-origin' }],
    ['a POST of a trusted origin', 'POST', { ...fromOtherSite, origin: 'https://www.example.com' }],
    ['a POST of a program that is not a browser', 'POST', {}],
    ['a GET of another site', 'GET', fromOtherSite],
  ])('accepts %s', (_, method, headers) => {
    expect(activate(method, headers)).toBe(true);
    expect(events.counts).toEqual({});
  });

  it('refuses a POST of another site with 403 and emits one event', () => {
    const error = errorOf({ ...fromOtherSite, accept: 'application/json' });

    expect(error).toBeInstanceOf(StytchRefusalException);
    expect(error).not.toBeInstanceOf(RefusalPageException);
    expect(error).toMatchObject({ status: 403, code: 'cross_site_refused' });
    expect(events.counts).toEqual({ refused: 1 });
  });

  it('refuses a form of another site with a page and emits one event', () => {
    const error = errorOf({ ...fromOtherSite, accept: 'text/html' });

    expect(error).toBeInstanceOf(RefusalPageException);
    expect(error).toMatchObject({ status: 403, code: 'cross_site_refused' });
    expect(events.counts).toEqual({ refused: 1 });
  });
});
