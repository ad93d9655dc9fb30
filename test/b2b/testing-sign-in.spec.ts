import { signIn } from 'nestjs-stytch/testing';
import { startStytchEmulator, type StytchB2BEmulator } from 'stytch-emulator';
import { MeController } from '../support/me.controller.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';

describe('signIn() of the testing kit', () => {
  let emulator: StytchB2BEmulator;
  let application: ApplicationUnderTest;
  beforeAll(async () => {
    emulator = await startStytchEmulator({ product: 'b2b' });
    await emulator.organizations.create({
      name: 'Acme',
      slug: 'acme',
      members: [{ email: 'ada@example.com' }],
    });
    application = await startApplication({ emulator, controllers: [MeController] });
  });
  afterAll(async () => {
    await application.close();
    await emulator.close();
  });

  it('signs a member in to an organization', async () => {
    const browser = await signIn({
      app: application.url,
      emulator,
      email: 'ada@example.com',
      organization: 'acme',
    });

    const [member] = emulator.members.list();
    expect((await browser.get('/me')).json()).toMatchObject({ userId: member?.member_id });
  });
});
