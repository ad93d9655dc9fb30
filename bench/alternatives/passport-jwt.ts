import { Injectable } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { passportJwtSecret } from 'jwks-rsa';
import { Strategy } from 'passport-jwt';
import { issuerOf, keysUrl, type Alternative, type StytchProject } from './alternative.js';
import { sessionCookieOf } from './session-cookie.js';

/** @nestjs/passport with passport-jwt, and jwks-rsa with caching and rate limiting as in its README. */
export function passportJwt(project: StytchProject): Alternative {
  @Injectable()
  class SessionStrategy extends PassportStrategy(Strategy) {
    constructor() {
      super({
        jwtFromRequest: sessionCookieOf,
        secretOrKeyProvider: passportJwtSecret({
          jwksUri: keysUrl(project),
          cache: true,
          rateLimit: true,
          jwksRequestsPerMinute: 5,
        }),
        algorithms: ['RS256'],
        issuer: issuerOf(project),
        audience: project.projectId,
      });
    }

    validate(claims: object): object {
      return claims;
    }
  }
  return {
    imports: [PassportModule],
    providers: [SessionStrategy, { provide: APP_GUARD, useClass: AuthGuard('jwt') }],
  };
}
