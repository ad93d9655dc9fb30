import type { FaultEffect } from 'stytch-emulator';
import { openAndConfirm } from '../support/confirm-page.js';
import { linkAskedForBy } from '../support/links.js';
import { bodiesSentTo, keepSession } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { unavailable } from '../support/unavailable.js';
import { useApplication } from '../support/use-application.js';

const authenticate = '/v1/magic_links/authenticate';
const error = (status: number, errorType: string, headers: Record<string, string> = {}): FaultEffect => ({
  kind: 'status',
  status,
  contentType: 'application/json',
  headers,
  body: JSON.stringify({ status_code: status, request_id: 'request-id-test-1', error_type: errorType }),
});
const tooMany = {
  statusCode: 429,
  error: 'Too Many Requests',
  message: 'Too many requests. Wait a moment and try again.',
  code: 'rate_limited',
};
const used = {
  statusCode: 410,
  error: 'Gone',
  message: 'The sign-in link was used before or has expired. Ask for a new one.',
  code: 'link_used_or_expired',
};
const foreign = {
  statusCode: 400,
  error: 'Bad Request',
  message:
    'The sign-in link belongs to the browser that asked for it. Open it there, or ask for a new one here.',
  code: 'link_for_another_browser',
};

/** What Stytch does with the link, and what becomes of it: the JSON, the page, Retry-After. */
const table: [string, FaultEffect, object, string, string | null][] = [
  ['hangs', { kind: 'hang' }, unavailable, 'Signing in does not work right now', '5'],
  [
    'resets after the request was sent',
    { kind: 'reset' },
    unavailable,
    'Signing in does not work right now',
    '5',
  ],
  ['stalls', { kind: 'stall-body' }, unavailable, 'Signing in does not work right now', '5'],
  [
    'answers 500',
    error(500, 'internal_server_error'),
    unavailable,
    'Signing in does not work right now',
    '5',
  ],
  [
    'refuses our secret',
    error(401, 'unauthorized_credentials'),
    unavailable,
    'Signing in does not work',
    '5',
  ],
  [
    'has had enough',
    error(429, 'too_many_requests', { 'retry-after': '17' }),
    tooMany,
    'One moment, please',
    '17',
  ],
  [
    'says the link was used',
    error(401, 'unable_to_auth_magic_link'),
    used,
    'This link no longer works',
    null,
  ],
  ['says there is no such link', error(404, 'magic_link_not_found'), used, 'This link no longer works', null],
  ['says the verifier is wrong', error(400, 'pkce_mismatch'), foreign, 'Open the link where you asked', null],
];

describe.each(['same-browser', 'any-browser'] as const)('a link for: %s', (binding) => {
  describePlatforms('when it is opened', (platform) => {
    const stage = useApplication({
      platform,
      options: { http: { deadlineMs: 200 }, magicLinks: { binding } },
    });
    const open = async (browser: Parameters<typeof openAndConfirm>[0], callback: string) =>
      binding === 'same-browser' ? browser.visit(callback) : openAndConfirm(browser, callback);

    it.each(table)('and Stytch %s, is asked about once, and nobody loses a session', async (...row) => {
      const [, fault, body, title, retryAfter] = row;
      const { browser, callback } = await linkAskedForBy(stage);
      keepSession(browser, await stage.emulator.sessions.create({ email: 'grace@example.com' }));
      stage.emulator.requests.clear();
      stage.emulator.faults.add({ ...fault, path: authenticate });

      const person = await open(browser, callback);
      expect(bodiesSentTo(stage.emulator, authenticate)).toHaveLength(1);

      const { statusCode } = body as { statusCode: number };
      expect([person.status, person.setCookies, person.headers.get('retry-after')]).toEqual([
        statusCode,
        [],
        retryAfter,
      ]);
      expect(person.text).toContain(title);
      expect((await browser.get('/auth/session')).json()).toMatchObject({
        session: { email: 'grace@example.com' },
      });
      if (binding === 'any-browser') return;
      const program = await browser.get(callback);
      expect([program.json(), program.headers.get('retry-after'), program.setCookies]).toEqual([
        body,
        retryAfter,
        [],
      ]);
      expect(program.headers.get('content-type')).toMatch(/^application\/json/);
    });
  });
});
