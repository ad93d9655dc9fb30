import { Controller, Get, Header } from '@nestjs/common';
import { CurrentSession, Protected, type UserSession } from 'nestjs-stytch';

/** A protected JSON route. Without a session it responds 401 with a code. */
@Protected()
@Controller('api/me')
export class MeController {
  @Get()
  @Header('cache-control', 'no-store')
  show(@CurrentSession() { userId, email, expiresAt }: UserSession) {
    return { userId, email, expiresAt };
  }
}
