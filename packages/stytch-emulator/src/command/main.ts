import { readFileSync } from 'node:fs';
import { EmulatorError, type EmulatorServer, type WebhookEndpoint } from '../index.js';
import { parseSeed } from '../resources/seed.js';
import { startEmulator } from '../server/start-stytch-emulator.js';
import { type AnyEmulator } from '../server/stytch-emulator.js';
import { isLoopback } from '../wire/loopback.js';
import { type CommandArguments, helpText, readArguments } from './arguments.js';

const exitCodes = { failure: 1, usage: 2 } as const;

async function main(args: CommandArguments): Promise<void> {
  switch (args.action) {
    case 'help':
      process.stdout.write(helpText);
      return;
    case 'version':
      process.stdout.write(`${version()}\n`);
      return;
    case 'usage-error':
      fail(`${args.message}\nSee stytch-emulator --help.`, exitCodes.usage);
      return;
    case 'run':
      await run(args);
  }
}

async function run(args: Extract<CommandArguments, { action: 'run' }>): Promise<void> {
  const { port, host, allowedHosts, allowedOrigins, dataDirectory, seedFile, redirectUrls, webhooks, json } =
    args;
  const seed = seedFile === undefined ? undefined : parseSeed(readSeedFile(seedFile));
  const emulator = await startEmulator({
    port,
    allowedHosts,
    allowedOrigins,
    ...(host !== undefined && { host }),
    ...(dataDirectory !== undefined && { dataDirectory }),
    product: args.product ?? seed?.product,
    seed,
    ...(redirectUrls && { redirectUrls }),
    ...(webhooks && { webhooks }),
  });
  closeOnSignals(emulator);
  if (host !== undefined && !isLoopback(host)) {
    process.stderr.write(`Listening on ${host}. Anyone who can reach it can sign in as any user.\n`);
  }
  process.stdout.write(json ? readyLine(emulator) : startupMessage(emulator, dataDirectory));
}

function readyLine({ url, inboxUrl, projectId, secret, publicToken, webhooks }: AnyEmulator): string {
  const endpoint = webhooks.endpoint();
  const webhookSecret = endpoint && { webhookSecret: endpoint.secret };
  return `${JSON.stringify({ url, inboxUrl, projectId, secret, publicToken, ...webhookSecret })}\n`;
}

function startupMessage(
  { url, inboxUrl, projectId, secret, publicToken, webhooks }: AnyEmulator,
  dataDirectory?: string,
): string {
  return `Stytch emulator  ${url}
Inbox            ${inboxUrl}
State            ${dataDirectory === undefined ? 'in memory, lost when the emulator stops' : `stored in ${dataDirectory}`}
${webhookLine(webhooks.endpoint())}
Add to the .env file of your application:

STYTCH_PROJECT_ID="${projectId}"
STYTCH_SECRET="${secret}"
STYTCH_PUBLIC_TOKEN="${publicToken}"
STYTCH_API_URL="${url}"
${webhookVariable(webhooks.endpoint())}
Press Ctrl+C to stop.
`;
}

const webhookLine = (endpoint: WebhookEndpoint | undefined): string =>
  endpoint === undefined ? '' : `Webhooks         ${endpoint.url}\n`;

const webhookVariable = (endpoint: WebhookEndpoint | undefined): string =>
  endpoint === undefined ? '' : `STYTCH_WEBHOOK_SECRET="${endpoint.secret}"\n`;

function closeOnSignals(emulator: EmulatorServer): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close());
}

function readSeedFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new EmulatorError('emulator_seed_invalid', `Cannot read the seed file ${path}.`, {
      cause: error,
    });
  }
}

function version(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  return (manifest as { version: string }).version;
}

function fail(message: string, exitCode: number): void {
  process.stderr.write(`stytch-emulator: ${message}\n`);
  process.exitCode = exitCode;
}

try {
  await main(readArguments(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof EmulatorError)) throw error;
  const isUsageError = error.code === 'emulator_seed_invalid' || error.code === 'emulator_options_invalid';
  fail(error.message, isUsageError ? exitCodes.usage : exitCodes.failure);
}
