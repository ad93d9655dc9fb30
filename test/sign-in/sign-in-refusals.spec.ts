import type { FaultEffect } from 'stytch-emulator';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { openAndConfirm } from '../support/confirm-page.js';
import { linkAskedForBy } from '../support/links.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import { bodiesSentTo, keepSession } from '../support/sessions.js';
import { authenticateLinkPath } from '../support/sign-in-steps.js';
import { useApplication } from '../support/use-application.js';

const unavailable = refusalBody('stytch_unavailable');

const errorResponse = (
  status: number,
  errorType: string,
  headers: Record<string, string> = {},
): FaultEffect => ({
  kind: 'status',
  status,
  contentType: 'application/json',
  headers,
  body: JSON.stringify({ status_code: status, request_id: 'request-id-test-1', error_type: errorType }),
});
const tooMany = refusalBody('rate_limited');
const linkUsedOrExpired = refusalBody('link_used_or_expired');
const linkForAnotherBrowser = refusalBody('link_for_another_browser');

/** The response of Stytch, then ours: the JSON body, the page title and the Retry-After header. */
const refusals: [string, FaultEffect, object, string, unknown][] = [
  ['hangs', { kind: 'hang' }, unavailable, 'Temporarily unavailable', defaultRetryAfter],
  ['resets the connection', { kind: 'reset' }, unavailable, 'Temporarily unavailable', defaultRetryAfter],
  [
    'stalls in the response body',
    { kind: 'stall-body' },
    unavailable,
    'Temporarily unavailable',
    defaultRetryAfter,
  ],
  [
    'returns 500',
    errorResponse(500, 'internal_server_error'),
    unavailable,
    'Temporarily unavailable',
    defaultRetryAfter,
  ],
  [
    'rejects the secret',
    errorResponse(401, 'unauthorized_credentials'),
    unavailable,
    'Temporarily unavailable',
    defaultRetryAfter,
  ],
  [
    'returns 429',
    errorResponse(429, 'too_many_requests', { 'retry-after': '17' }),
    tooMany,
    'Please try again later',
    '17',
  ],
  [
    'reports a used or expired link',
    errorResponse(401, 'unable_to_auth_magic_link'),
    linkUsedOrExpired,
    'This link no longer works',
    null,
  ],
  [
    'reports an unknown link',
    errorResponse(404, 'magic_link_not_found'),
    linkUsedOrExpired,
    'This link no longer works',
    null,
  ],
  [
    'reports a wrong code verifier',
    errorResponse(400, 'pkce_mismatch'),
    linkForAnotherBrowser,
    'Open the link in the browser you started with',
    null,
  ],
];

describe.each(['same-browser', 'any-browser'] as const)('refused sign-ins (binding: %s)', (binding) => {
  const stage = useApplication({
    platform: 'Express',
    options: { http: { deadlineMs: 200 }, magicLinks: { binding } },
  });
  // Calls are paused for a while after the 429 of a previous test.
  beforeEach(() => {
    stage.emulator.clock.advance({ minutes: 1 });
  });
  const openLink = (browser: TestBrowser, callback: string) =>
    binding === 'same-browser' ? browser.visit(callback) : openAndConfirm(browser, callback);

  it.each(refusals)(
    'refuses the sign-in after one call and keeps the previous session when Stytch %s',
    async (...row) => {
      const [, fault, body, title, retryAfter] = row;
      const { browser, callback } = await linkAskedForBy(stage);
      keepSession(browser, await stage.emulator.sessions.create({ email: 'grace@example.com' }));
      stage.emulator.requests.clear();
      stage.emulator.faults.add({ ...fault, path: authenticateLinkPath });

      const pageResponse = await openLink(browser, callback);
      expect(bodiesSentTo(stage.emulator, authenticateLinkPath)).toHaveLength(1);

      const { statusCode } = body as { statusCode: number };
      expect([pageResponse.status, pageResponse.setCookies, pageResponse.headers.get('retry-after')]).toEqual(
        [statusCode, [], retryAfter],
      );
      expect(pageResponse.text).toContain(title);
      expect((await browser.get('/auth/session')).json()).toMatchObject({
        session: { email: 'grace@example.com' },
      });
      if (binding === 'any-browser') return;
      const jsonResponse = await browser.get(callback);
      expect([jsonResponse.json(), jsonResponse.headers.get('retry-after'), jsonResponse.setCookies]).toEqual(
        [body, retryAfter, []],
      );
      expect(jsonResponse.headers.get('content-type')).toMatch(/^application\/json/);
    },
  );
});
