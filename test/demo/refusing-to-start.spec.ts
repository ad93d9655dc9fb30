import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyDirectory, patienceMs, runToTheEnd, startDemo, stopDemos } from './running-demo.js';

const projectId = 'project-test-11111111-2222-4333-8444-555555555555';
const secret = 'secret-test-not-a-real-one';

const bothOrNeither =
  'Set STYTCH_PROJECT_ID and STYTCH_SECRET to use Stytch (the environment or .env), or neither to use the emulator.';

afterAll(stopDemos);

/** It says why on stderr, without a stack, and nothing else. */
const refusal = (stderr: string) => ({ exitCode: 1, signal: null, stdout: '', stderr: `${stderr}\n` });

describe('the demo does not start', () => {
  it.each([
    [
      'with half a configuration',
      { STYTCH_PROJECT_ID: projectId },
      `STYTCH_PROJECT_ID is set, but STYTCH_SECRET is not. ${bothOrNeither}`,
    ],
    [
      'in production without any configuration',
      { NODE_ENV: 'production' },
      'With NODE_ENV=production there is no emulator. Set STYTCH_PROJECT_ID and STYTCH_SECRET, from the API keys of your Stytch project, and STYTCH_APP_URL, the origin browsers use.',
    ],
    [
      'with a project id that is none',
      { STYTCH_PROJECT_ID: 'my-project', STYTCH_SECRET: secret },
      `StytchModule: 1 option is invalid.
  projectId
    given:   'my-project'
    allowed: project-test-<uuid> or project-live-<uuid>
    fix:     Copy the project ID from the API keys of your Stytch project (STYTCH_PROJECT_ID).`,
    ],
    ['on a port that is none', { PORT: 'http' }, 'PORT must be a port number from 1 to 65535.'],
  ])(
    '%s',
    async (_, variables, message) => {
      expect(await runToTheEnd(variables)).toEqual(refusal(message));
    },
    patienceMs,
  );

  it(
    'with half a configuration in a file named .env',
    async () => {
      const directory = emptyDirectory();
      await writeFile(join(directory, '.env'), `STYTCH_SECRET="${secret}"\nSTYTCH_PROJECT_ID=\n`);

      expect(await runToTheEnd({}, directory)).toEqual(
        refusal(`STYTCH_SECRET is set, but STYTCH_PROJECT_ID is not. ${bothOrNeither}`),
      );
    },
    patienceMs,
  );

  it(
    'with state of the emulator that cannot be read',
    async () => {
      const directory = emptyDirectory();
      await mkdir(join(directory, '.stytch-emulator'));
      await writeFile(join(directory, '.stytch-emulator', 'state.json'), '{');

      expect(await runToTheEnd({}, directory)).toEqual(
        refusal(
          '.stytch-emulator/state.json cannot be read as the state of an emulator. Delete it to begin anew.',
        ),
      );
    },
    patienceMs,
  );

  it(
    'on a port that is taken, its own or that of its emulator',
    async () => {
      const { port, emulatorUrl, stop } = await startDemo();
      const emulatorPort = new URL(emulatorUrl).port;

      const ends = await Promise.all([
        runToTheEnd({ PORT: String(port), STYTCH_EMULATOR_PORT: '0' }),
        runToTheEnd({ STYTCH_EMULATOR_PORT: emulatorPort }),
      ]);

      expect(ends).toEqual([
        refusal(
          `Port ${port} on 127.0.0.1 is taken by another process. Stop it, or set PORT to another port.`,
        ),
        refusal(
          `Port ${emulatorPort} on 127.0.0.1 is taken by another process. Stop it, or set STYTCH_EMULATOR_PORT to another port.`,
        ),
      ]);
      await stop();
    },
    patienceMs,
  );
});
