import { HttpException } from '@nestjs/common';
import { refusalOf, type RefusalCode } from './refusal.js';
import { StytchRefusalException } from './stytch-refusal.exception.js';

describe('StytchRefusalException', () => {
  it.each<[RefusalCode, number, string]>([
    ['email_invalid', 400, 'Bad Request'],
    ['session_missing', 401, 'Unauthorized'],
    ['sign_in_refused', 403, 'Forbidden'],
    ['link_used_or_expired', 410, 'Gone'],
    ['rate_limited', 429, 'Too Many Requests'],
    ['stytch_unavailable', 503, 'Service Unavailable'],
  ])("has the body of Nest's exceptions and the code %s, with the status %i %s", (code, status, error) => {
    const refusal = refusalOf(code);
    const exception = new StytchRefusalException(refusal);

    expect([exception.getStatus(), exception.code, exception.getResponse()]).toEqual([
      status,
      code,
      { statusCode: status, error, message: refusal.message, code },
    ]);
  });

  it('has the status 303 for a redirect instead of the status of the refusal', () => {
    const refusal = refusalOf('session_missing');
    const exception = new StytchRefusalException(refusal, 303);

    expect([exception.getStatus(), exception.code, exception.getResponse()]).toEqual([
      303,
      'session_missing',
      { statusCode: 303, error: 'See Other', message: refusal.message, code: 'session_missing' },
    ]);
  });

  it("is an HttpException, so that Nest's filters handle it", () => {
    expect(new StytchRefusalException(refusalOf('session_missing'))).toBeInstanceOf(HttpException);
  });
});
