import type { StytchUnavailable } from '../ports/stytch-response.js';
import type { CallRecord } from './call-record.js';
import { classifyFailure } from './classify-failure.js';

const requestId = 'request-id-test-00000000-0000-4000-8000-000000000000';

/** An error with the fields of the SDK's StytchError. */
const stytchError = (status: number, errorType: unknown = 'session_not_found', id: unknown = requestId) =>
  Object.assign(new Error('rejected'), { status_code: status, error_type: errorType, request_id: id });

describe('classifyFailure', () => {
  it('classifies a 4xx response of Stytch as rejected, with its error type and request id', () => {
    expect(classifyFailure(stytchError(404), { status: 404 })).toEqual({
      kind: 'rejected',
      status: 404,
      errorType: 'session_not_found',
      requestId,
    });
  });

  it('classifies by the status in the error if the transport reports none', () => {
    expect(classifyFailure(stytchError(400), {})).toEqual({
      kind: 'rejected',
      status: 400,
      errorType: 'session_not_found',
      requestId,
    });
  });

  it('classifies the lock of a user as rejected: other calls need not pause', () => {
    expect(classifyFailure(stytchError(429, 'user_lock_limit_reached'), { status: 429 })).toEqual({
      kind: 'rejected',
      status: 429,
      errorType: 'user_lock_limit_reached',
      requestId,
    });
  });

  it('classifies a wrong password as rejected where a password is checked, and otherwise as a wrong secret', () => {
    const error = stytchError(401, 'unauthorized_credentials');

    expect(classifyFailure(error, { status: 401 }, { checksPassword: true })).toMatchObject({
      kind: 'rejected',
      errorType: 'unauthorized_credentials',
    });
    expect(classifyFailure(error, { status: 401 })).toEqual({
      kind: 'unavailable',
      reason: 'credentials_refused',
    });
  });

  it.each<[string, unknown, CallRecord, StytchUnavailable['reason']]>([
    ['a deadline', new Error('deadline'), { failure: 'deadline' }, 'unreachable'],
    [
      'a failure after the status arrived',
      stytchError(404),
      { status: 404, failure: 'connection' },
      'unreachable',
    ],
    ['an error without a status', new Error('fetch failed'), {}, 'unreachable'],
    ['the status 429', stytchError(429, 'too_many_requests'), { status: 429 }, 'rate_limited'],
    ['the status 429 without a readable body', new SyntaxError(), { status: 429 }, 'rate_limited'],
    ['the status 500', stytchError(500, 'internal_server_error'), { status: 500 }, 'server_error'],
    ['the status 599 without a readable body', new SyntaxError(), { status: 599 }, 'server_error'],
    ['a 5xx status that the body contradicts', stytchError(404), { status: 503 }, 'server_error'],
    ['the status 404 without a readable body', new SyntaxError(), { status: 404 }, 'unreadable'],
    ['the status 200 without a readable body', new SyntaxError(), { status: 200 }, 'unreadable'],
    ['a success status that the body contradicts', stytchError(404), { status: 200 }, 'unreadable'],
    ['a thrown string', 'session_not_found', { status: 404 }, 'unreadable'],
    ['a thrown null', null, { status: 404 }, 'unreadable'],
    ['an error type that is no string', stytchError(404, 7), { status: 404 }, 'unreadable'],
    [
      'a status in the body that is no number',
      Object.assign(new Error(), { status_code: '404', error_type: 'session_not_found' }),
      { status: 404 },
      'unreadable',
    ],
  ])('classifies %s as unavailable', (_, error, call, reason) => {
    expect(classifyFailure(error, call)).toEqual({ kind: 'unavailable', reason });
  });

  it.each([
    'unauthorized_credentials',
    'unauthorized_credentials_homepage',
    'invalid_authorization_header',
    'invalid_project_id_authentication',
    'invalid_secret_authentication',
    'unauthorized_project_id_live',
    'unauthorized_project_id_test',
    'project_not_found',
    'route_not_found',
    'use_https',
  ])("classifies the error type %s as a problem with this application's credentials", (errorType) => {
    expect(classifyFailure(stytchError(401, errorType), { status: 401 })).toEqual({
      kind: 'unavailable',
      reason: 'credentials_refused',
    });
  });

  it.each<[StytchUnavailable['reason'], unknown, CallRecord]>([
    ['unreachable', new Error(), { failure: 'too_large', status: 200 }],
    ['rate_limited', stytchError(429), { status: 429 }],
    ['server_error', stytchError(503), { status: 503 }],
    ['unreadable', new SyntaxError(), { status: 404 }],
    ['credentials_refused', stytchError(401, 'unauthorized_credentials'), { status: 401 }],
    ['wrong_product', stytchError(400, 'invalid_b2b_endpoint'), { status: 400 }],
    ['wrong_product', stytchError(400, 'invalid_consumer_endpoint'), { status: 400 }],
  ])('passes on Retry-After with the reason %s', (reason, error, call) => {
    expect(classifyFailure(error, { ...call, retryAfterSeconds: 0 })).toEqual({
      kind: 'unavailable',
      reason,
      retryAfterSeconds: 0,
    });
  });

  it.each([
    ['that is empty', ''],
    ['with a line break', 'session_not_found\nforged log line'],
    ['in upper case', 'SESSION_NOT_FOUND'],
    ['of more than 100 characters', 'x'.repeat(101)],
  ])('omits an error type %s, because it is logged', (_, errorType) => {
    expect(classifyFailure(stytchError(404, errorType), { status: 404 })).toEqual({
      kind: 'rejected',
      status: 404,
      errorType: '',
      requestId,
    });
  });

  it.each<[string, unknown]>([
    ['that is null', null],
    ['that is no string', 7],
    ['that has the form of a JWT', 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln'],
    ['with text after it', `${requestId} eyJhbGciOiJSUzI1NiJ9`],
    ['of more than 60 characters after the prefix', `request-id-test-${'0'.repeat(61)}`],
    ['of an unknown environment', 'request-id-prod-00000000'],
  ])('omits a request id %s, because it is logged', (_, id) => {
    expect(classifyFailure(stytchError(404, 'session_not_found', id), { status: 404 })).toEqual({
      kind: 'rejected',
      status: 404,
      errorType: 'session_not_found',
      requestId: '',
    });
  });

  it('accepts request ids of live projects', () => {
    const liveId = 'request-id-live-00000000-0000-4000-8000-000000000000';

    expect(classifyFailure(stytchError(404, 'session_not_found', liveId), { status: 404 })).toMatchObject({
      requestId: liveId,
    });
  });
});
