import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type UserSession } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { signIn } from 'nestjs-stytch/testing';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';

@Protected()
@Controller('dashboard')
class DashboardController {
  @Get()
  show(@CurrentSession() session: UserSession) {
    return session;
  }
}

describePlatforms('the sign-in journey', (platform) => {
  let emulator: StytchEmulator;
  let application: ApplicationUnderTest;

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    application = await startApplication({ emulator, platform, controllers: [DashboardController] });
  });
  afterAll(async () => {
    await application.close();
    await emulator.close();
  });

  it('serves a protected page to the user who opened the magic link', async () => {
    const browser = await signIn({ app: application.url, emulator, email: 'ada@example.com' });

    const dashboard = await browser.get('/dashboard');

    expect(dashboard.status).toBe(200);
    expect(dashboard.json()).toMatchObject({ kind: 'user', email: 'ada@example.com' });
    expect(dashboard.setCookies).toEqual([]);
  });
});
