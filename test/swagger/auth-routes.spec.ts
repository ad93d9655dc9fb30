import { emailOtp, magicLinks, oauth, passwords, smsOtp } from 'nestjs-stytch';
import * as b2bMethods from 'nestjs-stytch/b2b';
import { codesOf, operationsOf } from './documented-operations.js';
import { documented, type DocumentSettings } from './documented.js';

/** What a document says about the login routes. */
async function routesIn(settings: DocumentSettings) {
  const operations = operationsOf(await documented(settings));
  return Object.fromEntries(
    Object.entries(operations).map(([name, { requestBody, responses, ...operation }]) => {
      const content = (requestBody as { content?: Record<string, { schema?: object }> } | undefined)?.content;
      return [
        name,
        {
          ...operation,
          statuses: Object.keys(responses).map(Number),
          codes: codesOf({ ...operation, responses }),
          mediaTypes: Object.keys(content ?? {}),
          body: content?.['application/json']?.schema,
        },
      ];
    }),
  );
}

const allMethods = [
  magicLinks(),
  emailOtp(),
  smsOtp({ countries: ['US'] }),
  oauth(['google', 'github']),
  passwords(),
];
const formats = ['application/json', 'application/x-www-form-urlencoded'];
const ofCookie = [
  'session_missing',
  'session_expired',
  'session_invalid',
  'session_revoked',
  'session_ambiguous',
];
const unavailable = ['stytch_unavailable', 'clock_skew'];

/** The fields of a body: the required ones end with an exclamation mark. */
function fieldsOf(schema: unknown): Record<string, string[]> {
  const {
    anyOf,
    title = '',
    properties = {},
    required = [],
  } = schema as {
    anyOf?: unknown[];
    title?: string;
    properties?: object;
    required?: string[];
  };
  if (anyOf !== undefined) return Object.assign({}, ...anyOf.map(fieldsOf)) as Record<string, string[]>;
  return { [title]: Object.keys(properties).map((name) => (required.includes(name) ? `${name}!` : name)) };
}

const methodsIn = ({ parameters }: { parameters?: unknown[] }): string[] | undefined =>
  (parameters as { name: string; schema: { enum: string[] } }[]).find(({ name }) => name === 'method')?.schema
    .enum;

describe('the login routes in a document', () => {
  it('have the statuses of the methods that are switched on', async () => {
    const routes = await routesIn({ options: { methods: allMethods } });

    expect(Object.entries(routes).map(([name, { statuses }]) => [name, ...statuses])).toEqual([
      ['GET /auth/login', 200],
      ['POST /auth/login', 202, 303, 400, 401, 403, 429, 503],
      ['POST /auth/login/{method}/start', 200, 202, 303, 400, 401, 403, 429, 503],
      ['GET /auth/login/{method}/start', 200, 303, 401],
      ['GET /auth/login/{method}/finish', 200, 400],
      ['POST /auth/login/{method}/finish', 200, 303, 400, 401, 403, 429, 503],
      ['GET /auth/sent', 200],
      ['GET /auth/authenticate', 200, 204, 303, 400, 401, 403, 410, 429, 503],
      ['POST /auth/authenticate', 200, 303, 400, 401, 403, 410, 429, 503],
      ['POST /auth/logout', 204, 303, 401, 403, 503],
      ['GET /auth/session', 200, 503],
    ]);
  });

  it('have the bodies of the methods that are switched on, as JSON and as forms', async () => {
    const routes = await routesIn({ options: { methods: allMethods } });

    const optional = ['return_to', 'add_factor'];
    expect(
      Object.entries(routes).flatMap(([name, { body, mediaTypes }]) =>
        body === undefined ? [] : [[name, fieldsOf(body), mediaTypes]],
      ),
    ).toEqual([
      ['POST /auth/login', { 'magic-link': ['email!', ...optional] }, formats],
      [
        'POST /auth/login/{method}/start',
        {
          'magic-link, email-otp, password-reset': ['email!', ...optional],
          'sms-otp': ['phone_number!', ...optional],
          oauth: ['provider!', ...optional],
          password: ['email!', 'password!', ...optional],
          'set-password': ['password!', 'return_to'],
        },
        formats,
      ],
      ['POST /auth/login/{method}/finish', { 'email-otp, sms-otp': ['code!'] }, formats],
      ['POST /auth/authenticate', { '': ['token!', 'nonce!', 'stytch_token_type', 'password'] }, formats],
      ['POST /auth/logout', { '': ['everywhere'] }, formats],
    ]);
    expect(methodsIn(routes['POST /auth/login/{method}/start']!)).toEqual([
      'magic-link',
      'email-otp',
      'sms-otp',
      'oauth',
      'password',
      'password-reset',
      'set-password',
    ]);
    expect(methodsIn(routes['POST /auth/login/{method}/finish']!)).toEqual(['email-otp', 'sms-otp']);
  });

  it('have the codes of their refusals, and alternatives to a session that is not required', async () => {
    const routes = await routesIn({
      options: { methods: [emailOtp()], credentials: ['cookie', 'bearer'] },
    });

    expect(Object.entries(routes).map(([name, { codes, security }]) => [name, codes, security])).toEqual([
      ['GET /auth/login', {}, undefined],
      [
        'POST /auth/login',
        {
          400: ['email_missing', 'email_invalid'],
          401: ofCookie,
          403: ['cross_site_refused'],
          429: ['rate_limited'],
          503: unavailable,
        },
        [{}, { cookie: [] }],
      ],
      [
        'POST /auth/login/{method}/start',
        {
          400: ['email_missing', 'email_invalid'],
          401: ofCookie,
          403: ['cross_site_refused'],
          429: ['rate_limited'],
          503: unavailable,
        },
        [{}, { cookie: [] }],
      ],
      ['GET /auth/login/{method}/start', { 401: ofCookie }, [{}, { cookie: [] }]],
      ['GET /auth/login/{method}/finish', { 400: ['sign_in_not_started'] }, undefined],
      [
        'POST /auth/login/{method}/finish',
        {
          400: ['code_missing', 'code_incorrect', 'sign_in_not_started'],
          401: ofCookie,
          403: ['cross_site_refused', 'sign_in_refused', 'factor_not_added'],
          429: ['rate_limited'],
          503: unavailable,
        },
        [{}, { cookie: [] }],
      ],
      [
        'POST /auth/logout',
        { 401: ['token_invalid'], 403: ['cross_site_refused'], 503: ['stytch_unavailable'] },
        [{}, { cookie: [] }, { bearer: [] }],
      ],
      ['GET /auth/session', { 503: unavailable }, [{}, { cookie: [] }, { bearer: [] }]],
    ]);
  });

  it('are those of organizations too in B2B projects', async () => {
    const methods = [b2bMethods.emailMagicLinks(), b2bMethods.emailOtp(), b2bMethods.oauth(['google'])];
    const routes = await routesIn({ b2b: { methods } });
    const named = await routesIn({
      b2b: { methods: [b2bMethods.emailOtp()], organizations: { discovery: false } },
    });
    const creating = await routesIn({ b2b: { methods, organizations: { create: 'allow' } } });

    const organizationFields = ['return_to', 'add_factor', 'organization', 'continue'];
    expect(
      Object.entries(routes).map(([name, { statuses, body }]) => [name, statuses, body && fieldsOf(body)]),
    ).toEqual([
      ['GET /auth/login', [200], undefined],
      [
        'POST /auth/login',
        [202, 303, 400, 401, 403, 429, 503],
        { 'magic-link': ['email!', ...organizationFields] },
      ],
      [
        'POST /auth/login/{method}/start',
        [200, 202, 303, 400, 401, 403, 429, 503],
        {
          'magic-link, email-otp': ['email!', ...organizationFields],
          oauth: ['provider!', ...organizationFields],
        },
      ],
      ['GET /auth/login/{method}/start', [200, 303, 401], undefined],
      ['GET /auth/login/{method}/finish', [200, 400], undefined],
      ['POST /auth/login/{method}/finish', [200, 303, 400, 401, 403, 429, 503], { 'email-otp': ['code!'] }],
      ['GET /auth/sent', [200], undefined],
      ['GET /auth/authenticate', [200, 204, 303, 400, 401, 403, 410, 429, 503], undefined],
      [
        'POST /auth/authenticate',
        [200, 303, 400, 401, 403, 410, 429, 503],
        { '': ['token!', 'nonce!', 'stytch_token_type'] },
      ],
      ['POST /auth/logout', [204, 303, 401, 403, 503], { '': ['everywhere'] }],
      ['GET /auth/session', [200, 503], undefined],
      ['GET /auth/organizations', [200, 303, 400, 401, 403, 429, 503], undefined],
      ['POST /auth/organizations', [200, 303, 400, 401, 403, 429, 503], { '': ['organization!'] }],
      ['POST /auth/switch', [200, 303, 400, 401, 403, 429, 503], { '': ['organization!', 'return_to'] }],
      ['GET /auth/switch', [200, 400], undefined],
    ]);
    expect(fieldsOf(named['POST /auth/login']!.body)).toEqual({
      'email-otp': ['email!', 'return_to', 'add_factor', 'organization!', 'continue'],
    });
    expect(named['POST /auth/login']!.codes['400']).toEqual([
      'email_missing',
      'email_invalid',
      'organization_missing',
      'organization_invalid',
    ]);
    expect(creating['POST /auth/organizations']!.body).toMatchObject({
      anyOf: [{ required: ['organization'] }, { required: ['organization_name'] }],
    });
    expect(routes['POST /auth/organizations']!.codes['403']).toContain('primary_factor_required');
    expect(routes['POST /auth/switch']!.security).toEqual([{ cookie: [] }]);
  });

  it.each<[title: string, DocumentSettings, string[]]>([
    ['none with routes: false', { options: { routes: false } }, []],
    ['none if they are hidden', { access: { authRoutes: 'hidden' } }, []],
    ['no sign-in with methods: []', { options: { methods: [] } }, ['POST /auth/logout', 'GET /auth/session']],
    [
      'no second step without a method that has one',
      { options: { routes: { path: '' } }, configure: (app) => app.setGlobalPrefix('v1') },
      [
        'GET /v1/login',
        'POST /v1/login',
        'POST /v1/login/{method}/start',
        'GET /v1/login/{method}/start',
        'GET /v1/sent',
        'GET /v1/authenticate',
        'POST /v1/authenticate',
        'POST /v1/logout',
        'GET /v1/session',
      ],
    ],
  ])('are %s', async (_, settings, names) => {
    expect(Object.keys(await routesIn(settings))).toEqual(names);
  });

  it('receive webhooks if there is a secret for them', async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const { 'POST /auth/webhooks': webhooks } = await routesIn({ options: { webhooks: { secret } } });

    expect([webhooks!.statuses, webhooks!.mediaTypes, webhooks!.security]).toEqual([
      [204, 400, 403, 503],
      ['application/json'],
      undefined,
    ]);
  });

  it('are all described', async () => {
    const consumer = await routesIn({ options: { methods: allMethods } });
    const b2b = await routesIn({ b2b: {} });

    const all = [...Object.entries(consumer), ...Object.entries(b2b)];
    expect(all.filter(([, { summary }]) => summary === undefined)).toEqual([]);
  });
});
