import { jest } from '@jest/globals';
import { refusalDefinitions, refusalOf, type Refusal, type RefusalCode } from './refusal.js';

const statuses: Record<RefusalCode, Refusal['status']> = {
  session_missing: 401,
  session_expired: 401,
  session_invalid: 401,
  session_revoked: 401,
  session_ambiguous: 401,
  session_not_accepted: 401,
  session_suspended: 401,
  token_missing: 401,
  token_expired: 401,
  token_invalid: 401,
  stytch_unavailable: 503,
  clock_skew: 503,
  policy_unavailable: 503,
  cross_site_refused: 403,
  sign_in_refused: 403,
  context_not_supported: 403,
  permission_missing: 403,
  role_missing: 403,
  scope_missing: 403,
  factor_missing: 403,
  step_up_required: 403,
  impersonation_refused: 403,
  requirement_not_met: 403,
  organization_mismatch: 403,
  primary_factor_required: 403,
  second_factor_required: 403,
  organization_unavailable: 403,
  organization_suspended: 403,
  organization_join_refused: 403,
  organization_sign_in_required: 403,
  organization_creation_refused: 403,
  sign_in_method_refused: 403,
  sign_in_host_refused: 403,
  email_missing: 400,
  email_invalid: 400,
  phone_missing: 400,
  phone_invalid: 400,
  phone_country_refused: 400,
  code_missing: 400,
  code_incorrect: 400,
  password_missing: 400,
  password_invalid: 400,
  password_weak: 400,
  password_breached: 400,
  password_reset_required: 400,
  credentials_incorrect: 400,
  choice_invalid: 400,
  organization_missing: 400,
  organization_invalid: 400,
  name_missing: 400,
  name_invalid: 400,
  oauth_denied: 400,
  oauth_failed: 400,
  oauth_email_missing: 403,
  sign_in_not_started: 400,
  factor_not_added: 403,
  link_invalid: 400,
  link_for_another_browser: 400,
  link_not_confirmed: 400,
  link_used_or_expired: 410,
  rate_limited: 429,
  webhook_signature_invalid: 403,
  webhook_expired: 403,
  webhook_malformed: 400,
  webhook_raw_body_missing: 503,
  webhook_not_handled: 503,
};
const codes = Object.keys(statuses) as RefusalCode[];
const isTemporary = (code: RefusalCode) => [429, 503].includes(statuses[code]);

describe('refusalOf', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    [3, [0, 0.19]],
    [4, [0.2, 0.39]],
    [5, [0.4, 0.59]],
    [6, [0.6, 0.79]],
    [7, [0.8, 0.999_999]],
  ])(
    'returns a Retry-After of %d seconds by default if the random number is between %j',
    (seconds, range) => {
      for (const random of range) {
        jest.spyOn(Math, 'random').mockReturnValue(random);

        expect(refusalOf('stytch_unavailable').retryAfterSeconds).toBe(seconds);
      }
    },
  );

  it.each(codes.filter(isTemporary))('returns %s with exactly the Retry-After that is given', (code) => {
    const { status, message } = refusalDefinitions[code];

    expect([refusalOf(code, 60), refusalOf(code, 0)]).toEqual([
      { status, code, message, retryAfterSeconds: 60 },
      { status, code, message, retryAfterSeconds: 0 },
    ]);
  });

  it.each(codes.filter((code) => !isTemporary(code)))('returns %s without Retry-After', (code) => {
    const { status, message } = refusalDefinitions[code];

    expect([refusalOf(code), refusalOf(code, 60)].map((refusal) => Object.entries(refusal))).toEqual([
      Object.entries({ status, code, message }),
      Object.entries({ status, code, message }),
    ]);
  });
});

describe('refusalDefinitions', () => {
  it('has exactly the public codes, each with its status', () => {
    expect(
      Object.fromEntries(Object.entries(refusalDefinitions).map(([code, { status }]) => [code, status])),
    ).toEqual(statuses);
  });

  it.each(codes)('has whole sentences as the message and the meaning of %s', (code) => {
    const { message, meaning } = refusalDefinitions[code];

    expect([message, meaning]).toEqual([
      expect.stringMatching(/^[A-Z].*\.$/),
      expect.stringMatching(/^[A-Z`].*\.$/),
    ]);
  });
});
