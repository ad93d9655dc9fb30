import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type UserSession } from 'nestjs-stytch';

/** Requires a session, wherever it was started. Without one it responds 401 with a code. */
@Protected()
@Controller('dashboard')
export class DashboardController {
  @Get()
  show(@CurrentSession() { email, userId, sessionId, expiresAt }: UserSession) {
    return { message: `Hello ${email ?? userId}`, userId, sessionId, expiresAt };
  }
}
