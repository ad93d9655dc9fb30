import { Test } from '@nestjs/testing';
import { StytchB2BModule } from 'nestjs-stytch/b2b';
import { signIn, stytchOptionsFor } from 'nestjs-stytch/testing';
import { startStytchEmulator } from 'stytch-emulator';

it('signs a member of two organizations in to the one that a test names', async () => {
  const emulator = await startStytchEmulator({ product: 'b2b' });
  const imports = [StytchB2BModule.forRoot(stytchOptionsFor(emulator))];
  const app = (await Test.createTestingModule({ imports }).compile()).createNestApplication();
  try {
    const members = [{ email: 'ada@example.com' }];
    await emulator.organizations.create({ name: 'Acme', slug: 'acme', members });
    await emulator.organizations.create({ name: 'Globex', slug: 'globex', members });

    const browser = await signIn({ app, emulator, organization: 'globex', email: 'ada@example.com' });

    expect((await browser.get('/auth/session')).json()).toMatchObject({
      authenticated: true,
      session: { kind: 'member', organization: { slug: 'globex' }, email: 'ada@example.com' },
    });
  } finally {
    await app.close();
    await emulator.close();
  }
});
