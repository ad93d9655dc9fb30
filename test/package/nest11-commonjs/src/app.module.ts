import { Controller, Get, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { CurrentSession, Protected, StytchModule, type UserSession } from 'nestjs-stytch';

@Protected()
@Controller('dashboard')
export class DashboardController {
  @Get()
  show(@CurrentSession() session: UserSession): { email: string | undefined } {
    return { email: session.email };
  }
}

@Module({
  imports: [ConfigModule.forRoot({ ignoreEnvFile: true }), StytchModule.forRoot()],
  controllers: [DashboardController],
})
export class AppModule {}
