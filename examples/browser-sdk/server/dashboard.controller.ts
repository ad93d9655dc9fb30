import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type UserSession } from 'nestjs-stytch';

/** Requires a session, wherever it was started. Without one it responds 401 with a code. */
@Protected()
@Controller('dashboard')
export class DashboardController {
  @Get()
  show(@CurrentSession() { userId, sessionId, expiresAt }: UserSession) {
    return { userId, sessionId, expiresAt };
  }
}
