import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type Session } from 'nestjs-stytch';
import type { MintedSession } from 'stytch-emulator';
import { personIdOf } from './sessions.js';

/** A protected route that responds with the session it was called with. */
@Protected()
@Controller('me')
export class MeController {
  @Get()
  show(@CurrentSession() session: Session) {
    const { sessionId, email, unconfirmed } = session;
    return { userId: personIdOf(session), sessionId, email, unconfirmed: unconfirmed ?? false };
  }
}

/** The response of `GET /me` to a session that the emulator created. */
export function meOf({ user_id, session_id, session }: MintedSession, { unconfirmed = false } = {}) {
  const [factor] = session.authentication_factors as { email_factor?: { email_address: string } }[];
  return { userId: user_id, sessionId: session_id, email: factor?.email_factor?.email_address, unconfirmed };
}
