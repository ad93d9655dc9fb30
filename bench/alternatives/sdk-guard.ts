import { UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { stringifySetCookie } from 'cookie';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { jwtCookie, type Alternative, type StytchProject } from './alternative.js';
import { sessionCookieOf } from './session-cookie.js';
import { stytchClient } from './stytch-client.js';

/**
 * A handwritten guard: the SDK verifies the JWT locally and calls Stytch if it has expired. A refreshed
 * JWT is set as a cookie.
 */
export function sdkGuard(project: StytchProject): Alternative {
  const client = stytchClient(project);
  const guard: CanActivate = {
    async canActivate(context: ExecutionContext) {
      const http = context.switchToHttp();
      const request = http.getRequest<IncomingMessage & { session?: unknown }>();
      const sessionJwt = sessionCookieOf(request);
      if (sessionJwt === null) throw new UnauthorizedException();
      try {
        const response = await client.sessions.authenticateJwt({ session_jwt: sessionJwt });
        request.session = response.session;
        if (response.session_jwt !== sessionJwt) writeCookie(http.getResponse(), response.session_jwt);
      } catch {
        throw new UnauthorizedException();
      }
      return true;
    },
  };
  return { providers: [{ provide: APP_GUARD, useValue: guard }] };
}

function writeCookie(response: ServerResponse | { raw: ServerResponse }, value: string): void {
  const raw = 'raw' in response ? response.raw : response;
  const cookie = { name: jwtCookie, value, path: '/', httpOnly: true, sameSite: 'lax' } as const;
  raw.setHeader('set-cookie', stringifySetCookie(cookie));
}
