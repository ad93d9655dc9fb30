import { findStytch } from '../../src/demo/where-stytch-is.js';

const projectId = 'project-test-11111111-2222-4333-8444-555555555555';
const secret = 'secret-test-not-a-real-one';
const apiUrl = 'https://login.example.com';

describe('where the demo finds Stytch', () => {
  it.each([
    [{ projectId }, 'STYTCH_PROJECT_ID is set, but STYTCH_SECRET is not.'],
    [{ secret }, 'STYTCH_SECRET is set, but STYTCH_PROJECT_ID is not.'],
    [{ apiUrl }, 'STYTCH_API_URL is set, but STYTCH_PROJECT_ID and STYTCH_SECRET are not.'],
    [{ projectId, apiUrl }, 'STYTCH_PROJECT_ID and STYTCH_API_URL are set, but STYTCH_SECRET is not.'],
  ])('is not to be guessed from half a configuration: %j', async (given, complaint) => {
    for (const isProduction of [false, true]) {
      await expect(findStytch(given, demo({ isProduction }))).rejects.toMatchObject({
        name: 'StartFault',
        message: `${complaint} Set STYTCH_PROJECT_ID and STYTCH_SECRET to use Stytch (the environment or .env), or neither to use the emulator.`,
      });
    }
  });

  it.each([false, true])('is at Stytch with credentials, in production (%s) or not', async (isProduction) => {
    const found = await findStytch({ projectId, secret, apiUrl: undefined }, demo({ isProduction }));

    expect(found.options).toEqual({ projectId, secret, apiUrl: undefined, appUrl: 'http://localhost:3000' });
    expect([found.emulatorUrl, found.inboxUrl]).toEqual([undefined, undefined]);
  });
});

function demo({ isProduction }: { isProduction: boolean }) {
  return { port: 3000, appUrl: 'http://localhost:3000', emulatorPort: 0, isProduction };
}
