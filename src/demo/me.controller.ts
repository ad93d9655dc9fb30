import { Controller, Get, Header } from '@nestjs/common';
import { CurrentSession, Protected, type UserSession } from 'nestjs-stytch';

/** The same for programs: without a session a 401 with a code. */
@Protected()
@Controller('api/me')
export class MeController {
  @Get()
  @Header('cache-control', 'no-store')
  show(@CurrentSession() { userId, email, expiresAt }: UserSession) {
    return { userId, email, expiresAt };
  }
}
