import { UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import type { Alternative, StytchProject } from './alternative.js';
import { sessionCookieOf } from './session-cookie.js';
import { stytchClient } from './stytch-client.js';

/** The route of Stytch's quickstart as a guard: one call to Stytch per request. */
export function quickstart(project: StytchProject): Alternative {
  const client = stytchClient(project);
  const guard: CanActivate = {
    async canActivate(context: ExecutionContext) {
      const sessionJwt = sessionCookieOf(context.switchToHttp().getRequest<IncomingMessage>());
      if (sessionJwt === null) throw new UnauthorizedException();
      const response = await client.sessions.authenticate({ session_jwt: sessionJwt });
      return response.status_code === 200;
    },
  };
  return { providers: [{ provide: APP_GUARD, useValue: guard }] };
}
