import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { UnusableJwt } from './check-acceptance.js';
import { UnusableJwtWarning } from './unusable-jwt-warning.js';

const jwt = {
  audiences: new Set(['project-test-1', 'https://api.example.com']),
  issuers: new Set(['stytch.com/project-test-1']),
};
const unusable = (claim: UnusableJwt['claim'], given: UnusableJwt['given']): UnusableJwt => ({
  kind: 'unusable',
  claim,
  given,
});

describe('the warning about session JWTs that the options do not accept', () => {
  let elapsedMs: number;
  let warning: UnusableJwtWarning;
  const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  beforeEach(() => {
    error.mockClear();
    elapsedMs = 0;
    warning = new UnusableJwtWarning({ clock: { nowMs: () => 0, monotonicMs: () => elapsedMs }, jwt });
  });
  afterAll(() => {
    error.mockRestore();
  });

  it.each<[string, UnusableJwt, string]>([
    [
      'jwt.issuers',
      unusable('iss', 'https://login.example.com'),
      'its issuer (iss) is "https://login.example.com", expected "stytch.com/project-test-1". If that is a custom domain of the project, add it to jwt.issuers.',
    ],
    [
      'jwt.audiences',
      unusable('aud', ['https://other.example']),
      'its audience (aud) is ["https://other.example"], expected "project-test-1" or "https://api.example.com". If the project\'s JWT template sets that audience, add it to jwt.audiences.',
    ],
    [
      'the JWT template that sets exp',
      unusable('lifetime', 3600),
      "it lives 3600 seconds (exp), expected at most 900. Remove exp from the project's JWT template.",
    ],
    [
      'the custom claims that make it too large',
      unusable('size', 9000),
      "it has 9000 bytes, expected at most 8192. Reduce the custom claims of the session or of the project's JWT template.",
    ],
  ])('names %s', (_, problem, message) => {
    warning.log(problem);

    expect(error.mock.calls).toEqual([
      [`A genuine session JWT of this project can't be used: ${message} Requests with such JWTs get 503.`],
    ]);
  });

  it('names the connected app whose access tokens live too long', () => {
    warning.log(unusable('lifetime', 86_401), 'access token');

    expect(error.mock.calls).toEqual([
      [
        "A genuine access token of this project can't be used: it lives 86401 seconds (exp), expected at most " +
          "86400. Shorten the life of the connected app's access tokens. Requests with such JWTs get 503.",
      ],
    ]);
  });

  it('prints a long value in part and on one line', () => {
    warning.log(unusable('iss', `https://x.example\n${'x'.repeat(5000)}`));

    const [[message]] = error.mock.calls as [[string]];
    expect(message).toContain('"https://x.example\\nxxx');
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(700);
  });

  it('is logged at most once per claim and minute', () => {
    const counts = [0, 1, 59_998, 1].map((pauseMs) => {
      elapsedMs += pauseMs;
      warning.log(unusable('iss', 'https://x.example'));
      warning.log(unusable('aud', ['https://x.example']));
      return error.mock.calls.length;
    });

    expect(counts).toEqual([2, 2, 2, 4]);
  });
});
