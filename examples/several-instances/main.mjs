// Starts the demo twice behind a load balancer, with one emulator of Stytch and one Redis:
//
//   npm run start:instances
//
// Environment, also from .env: PORT (3000) of the load balancer, INSTANCE_PORTS (the two ports after it),
// STYTCH_EMULATOR_PORT (4400), and REDIS_URL. Without it, a redis-server is started.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startStytchEmulator } from 'stytch-emulator';
import { freePort, untilListening } from './ports.mjs';
import { Processes } from './processes.mjs';
import { roundRobin } from './round-robin.mjs';

const demo = fileURLToPath(new URL('../../dist/esm/demo/main.js', import.meta.url));
const stopping = new AbortController();
/** Closes what was started. The last one is closed first. */
const closing = [];

const processes = new Processes((name, reason) => fail(`${name} ${reason} Everything else is stopped too.`));
closing.push(() => processes.stop());

// SIGHUP: the terminal was closed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
try {
  await start(readSettings());
} catch (error) {
  if (!stopping.signal.aborted) fail(error.message);
}

async function start({ port, instancePorts, emulatorPort, redisUrl }) {
  const emulator = await startStytchEmulator({ port: emulatorPort });
  closing.unshift(() => emulator.close());

  const appUrl = `http://localhost:${port}`;
  const environment = {
    STYTCH_PROJECT_ID: emulator.projectId,
    STYTCH_SECRET: emulator.secret,
    STYTCH_PUBLIC_TOKEN: emulator.publicToken,
    STYTCH_API_URL: emulator.url,
    STYTCH_APP_URL: appUrl,
    REDIS_URL: redisUrl ?? (await startRedis()),
  };
  for (const [at, instancePort] of instancePorts.entries()) {
    const name = `Instance ${at + 1}`;
    const variables = { ...environment, PORT: String(instancePort), DEMO_INSTANCE: name };
    processes.start(name, process.execPath, [demo], variables);
  }
  for (const instancePort of instancePorts) await untilListening(instancePort, stopping.signal);

  const balancer = roundRobin(instancePorts).listen(port, '127.0.0.1');
  await once(balancer, 'listening', { signal: stopping.signal });
  closing.unshift(() => close(balancer));
  process.stdout.write(`
  Demo        ${appUrl}   requests go to the instances in turn
  Instances   ${instancePorts.map((instancePort) => `http://localhost:${instancePort}`).join('  ')}
  Inbox       ${emulator.inboxUrl}   the sign-in emails arrive here
  Redis       ${environment.REDIS_URL}

  Press Ctrl+C to stop.

`);
}

/** On loopback, without a file. */
async function startRedis() {
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  await processes.start('redis-server', 'redis-server', settings).catch((error) => {
    throw error.code === 'ENOENT'
      ? new Error(
          'redis-server is not installed. Install it (apt-get install redis-server, or brew install redis), or set REDIS_URL.',
        )
      : error;
  });
  await untilListening(port, stopping.signal);
  return `redis://127.0.0.1:${port}`;
}

function readSettings() {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const { PORT, INSTANCE_PORTS, STYTCH_EMULATOR_PORT, REDIS_URL } = process.env;
  const port = Number(PORT || 3000);
  return {
    port,
    instancePorts: INSTANCE_PORTS ? INSTANCE_PORTS.split(',').map(Number) : [port + 1, port + 2],
    emulatorPort: Number(STYTCH_EMULATOR_PORT || 4400),
    redisUrl: REDIS_URL || undefined,
  };
}

function fail(message) {
  if (stopping.signal.aborted) return;
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
  stop();
}

async function stop() {
  if (stopping.signal.aborted) return;
  stopping.abort();
  for (const close of closing) await close();
}

async function close(server) {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
