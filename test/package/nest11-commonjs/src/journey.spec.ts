import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { signIn, TestBrowser } from 'nestjs-stytch/testing';
import { AppModule } from './app.module';

describe('the packed packages in a Nest 11 application, CommonJS, under plain Jest', () => {
  let emulator: StytchEmulator;
  let app: INestApplication;

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    process.env.STYTCH_PROJECT_ID = emulator.projectId;
    process.env.STYTCH_SECRET = emulator.secret;
    process.env.STYTCH_API_URL = emulator.url;
    process.env.STYTCH_APP_URL = 'http://localhost:3000';
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = testing.createNestApplication();
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await app.close();
    await emulator.close();
  });

  it('signs in, shows the dashboard, and signs out', async () => {
    const browser = await signIn({ app, emulator, email: 'ada@example.com' });
    const dashboard = await browser.get('/dashboard');
    expect([dashboard.status, dashboard.json()]).toEqual([200, { email: 'ada@example.com' }]);

    expect((await browser.postForm('/auth/logout')).status).toBe(303);
    expect((await browser.get('/dashboard')).status).toBe(401);
  });

  it('responds 401 to a visitor who is not signed in', async () => {
    const browser = new TestBrowser(await app.getUrl());
    const refusal = await browser.get('/dashboard');
    expect(refusal.json()).toMatchObject({ statusCode: 401, code: 'session_missing' });
  });
});
