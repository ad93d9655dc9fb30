import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyDirectory, runUntilExit, startDemo, stopDemos } from './running-demo.js';

const projectId = 'project-test-11111111-2222-4333-8444-555555555555';
const secret = 'secret-test-not-a-real-one';

const bothOrNeither =
  'Set STYTCH_PROJECT_ID and STYTCH_SECRET to use Stytch (in the environment or in .env), or neither to use the emulator.';

afterAll(stopDemos);

/** Exit code 1 and the message on stderr, without a stack trace or other output. */
const startupFailure = (stderr: string) => ({ exitCode: 1, signal: null, stdout: '', stderr: `${stderr}\n` });

describe('the demo at startup', () => {
  it.each([
    [
      'with incomplete credentials',
      { STYTCH_PROJECT_ID: projectId },
      `STYTCH_PROJECT_ID is set, but STYTCH_SECRET is not. ${bothOrNeither}`,
    ],
    [
      'in production without any configuration',
      { NODE_ENV: 'production' },
      'The emulator does not run with NODE_ENV=production. Set STYTCH_PROJECT_ID and STYTCH_SECRET, from the API keys of your Stytch project, and STYTCH_APP_URL, the origin that browsers use.',
    ],
    [
      'with a malformed project id',
      { STYTCH_PROJECT_ID: 'my-project', STYTCH_SECRET: secret },
      `nestjs-stytch: 1 option is invalid.
  projectId
    given:   'my-project'
    allowed: project-test-<uuid> or project-live-<uuid>
    fix:     Copy the project ID from the API keys of your Stytch project (STYTCH_PROJECT_ID).`,
    ],
    ['with a malformed port', { PORT: 'http' }, 'PORT must be a port number from 1 to 65535.'],
  ])('prints the reason and exits %s', async (_, variables, message) => {
    expect(await runUntilExit(variables)).toEqual(startupFailure(message));
  });

  it('prints the reason and exits with incomplete credentials in .env', async () => {
    const directory = emptyDirectory();
    await writeFile(join(directory, '.env'), `STYTCH_SECRET="${secret}"\nSTYTCH_PROJECT_ID=\n`);

    expect(await runUntilExit({}, directory)).toEqual(
      startupFailure(`STYTCH_SECRET is set, but STYTCH_PROJECT_ID is not. ${bothOrNeither}`),
    );
  });

  it('prints the reason and exits with a damaged state file of the emulator', async () => {
    const directory = emptyDirectory();
    await mkdir(join(directory, '.stytch-emulator'));
    await writeFile(join(directory, '.stytch-emulator', 'state.jsonl'), '{');

    expect(await runUntilExit({}, directory)).toEqual(
      startupFailure(
        '.stytch-emulator/state.jsonl is damaged, or not a state file of this version of the emulator. It was left unchanged. Delete it to start over.',
      ),
    );
  });

  it('prints the port and exits if its port or the port of the emulator is in use', async () => {
    const { port, emulatorUrl, stop } = await startDemo();
    const emulatorPort = new URL(emulatorUrl).port;

    const exits = await Promise.all([
      runUntilExit({ PORT: String(port), STYTCH_EMULATOR_PORT: '0' }),
      runUntilExit({ STYTCH_EMULATOR_PORT: emulatorPort }),
    ]);

    expect(exits).toEqual([
      startupFailure(
        `Port ${port} on 127.0.0.1 is already in use. Stop the process that uses it, or set PORT to another port.`,
      ),
      startupFailure(
        `Port ${emulatorPort} on 127.0.0.1 is already in use. Stop the process that uses it, or set STYTCH_EMULATOR_PORT to another port.`,
      ),
    ]);
    await stop();
  });
});
