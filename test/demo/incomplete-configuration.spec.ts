import { startupMessage } from '../../src/demo/startup-message.js';
import { connectToStytch } from '../../src/demo/stytch-connection.js';

/** Not called: the configuration decides before. */
const startEmulator = () => Promise.reject(new Error('The emulator was started.'));

const projectId = 'project-test-11111111-2222-4333-8444-555555555555';
const secret = 'secret-test-not-a-real-one';
const apiUrl = 'https://login.example.com';

describe('connectToStytch', () => {
  it.each([
    [{ projectId }, 'STYTCH_PROJECT_ID is set, but STYTCH_SECRET is not.'],
    [{ secret }, 'STYTCH_SECRET is set, but STYTCH_PROJECT_ID is not.'],
    [{ apiUrl }, 'STYTCH_API_URL is set, but STYTCH_PROJECT_ID and STYTCH_SECRET are not.'],
    [{ projectId, apiUrl }, 'STYTCH_PROJECT_ID and STYTCH_API_URL are set, but STYTCH_SECRET is not.'],
  ])(
    'rejects the incomplete configuration %j and names the missing variables',
    async (variables, problem) => {
      for (const isProduction of [false, true]) {
        await expect(connectToStytch(variables, demo({ isProduction }), startEmulator)).rejects.toMatchObject(
          {
            name: 'StartupError',
            message: `${problem} Set STYTCH_PROJECT_ID and STYTCH_SECRET to use Stytch (in the environment or in .env), or neither to use the emulator.`,
          },
        );
      }
    },
  );

  it.each([false, true])(
    'connects to Stytch instead of the emulator when credentials are set (production: %s)',
    async (isProduction) => {
      const connection = await connectToStytch(
        { projectId, secret, apiUrl: undefined },
        demo({ isProduction }),
        startEmulator,
      );

      expect(connection.options).toEqual({
        projectId,
        secret,
        apiUrl: undefined,
        appUrl: 'http://localhost:3000',
      });
      expect([connection.emulatorUrl, connection.inboxUrl]).toEqual([undefined, undefined]);
      const description = { callbackPath: '/authenticate', redirectUrlTypes: 'login and sign-up', hint: '' };
      expect(startupMessage('https://app.example.com', connection, description)).toBe(`
  Demo           https://app.example.com
  Stytch         the project in STYTCH_PROJECT_ID
  Redirect URL   https://app.example.com/authenticate (register it in the Stytch dashboard, for login and sign-up)

  Press Ctrl+C to stop.

`);
    },
  );
});

function demo({ isProduction }: { isProduction: boolean }) {
  return { port: 3000, appUrl: 'http://localhost:3000', emulatorPort: 0, isProduction };
}
