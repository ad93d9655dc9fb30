/** Where the emulator, or a client, does not follow Stytch's OpenAPI documents. */
export interface Divergence {
  /** For example `POST /v1/users`, or `*` for all operations. */
  readonly operation: string;
  /** The problem, without its end where the end varies. */
  readonly problem: string;
  readonly reason: string;
}

export const divergences: readonly Divergence[] = [
  {
    operation: 'POST /v1/users',
    problem: 'response: status 201',
    reason: 'The API responds 201, and the tests of the SDKs expect it.',
  },
  {
    operation: '*',
    problem: 'response: status 403',
    reason: 'The document lists the statuses 400, 401, 429 and 500 only. The list of errors documents 403.',
  },
  {
    operation: '*',
    problem: 'response: status 404',
    reason: 'As for 403; the tests of the SDKs expect it for what does not exist.',
  },
  {
    operation: '*',
    problem: 'response: status 501',
    reason: 'Operations that the emulator does not serve.',
  },
  {
    operation: '*',
    problem: 'response: emulator_not_implemented is not an error type',
    reason: 'Operations that the emulator does not serve.',
  },
  {
    operation: 'POST /v1/m2m/clients/search',
    problem: "request: /query must have required property 'oper",
    reason: 'The description of the field documents that an empty query returns all clients.',
  },
  {
    operation: 'POST /v1/passwords/migrate',
    problem: "request: /pbkdf_2_config must have required property 'algorithm'",
    reason: 'The description of the field documents a default.',
  },
  {
    operation: 'GET /v1/b2b/organizations/{organization_id}/connected_apps/{connected_app_id}',
    problem: 'response: /request_id is not documented',
    reason: 'All other responses have it.',
  },
  {
    operation: '*',
    problem: 'response: /data/__user is not documented',
    reason: 'The web SDK reads the user from it. The document is that of the mobile SDKs.',
  },
  ...['roles', 'is_locked'].map((field) => ({
    operation: 'GET /sdk/v1/users/me',
    problem: `response: /data/${field} is not documented`,
    reason:
      'The web SDK stores the response as the user and reads its roles. Other responses have the whole user.',
  })),
  ...[
    ['POST /sdk/v1/b2b/organizations/me/members/search', "must have required property 'cursor'"],
    ['POST /sdk/v1/b2b/organizations/members', 'must have required property'],
    ['PUT /sdk/v1/b2b/organizations/members/{member_id}', 'must have required property'],
    ['PUT /sdk/v1/b2b/organizations/members/{member_id}', '/member_id is not documented'],
    [
      'POST /sdk/v1/b2b/discovery/organizations/create',
      "must have required property 'intermediate_session_token'",
    ],
    ['POST /sdk/v1/b2b/passwords/authenticate', '/code_verifier is not documented'],
    ['POST /sdk/v1/b2b/passwords/discovery/authenticate', '/code_verifier is not documented'],
    ['POST /sdk/v1/b2b/passwords/discovery/reset', '/intermediate_session_token is not documented'],
    ['POST /sdk/v1/b2b/magic_links/email/invite', '/invite_expiration_minutes is not documented'],
    ['POST /sdk/v1/b2b/magic_links/email/login_or_signup', '/login_expiration_minutes is not documented'],
    ['POST /sdk/v1/b2b/magic_links/email/login_or_signup', '/signup_expiration_minutes is not documented'],
    ['POST /sdk/v1/passwords/email/reset/start', '/locale is not documented'],
  ].map(([operation = '', problem]) => ({
    operation,
    problem: `request: ${problem}`,
    reason: 'What the web SDK sends. The document is that of the mobile SDKs.',
  })),
];
