import { parseArgs } from 'node:util';
import { type WebhookOptions } from '../index.js';
import { isProduct, type Product } from '../project/product.js';

/** The parsed command line. */
export type CommandArguments =
  | { action: 'help' }
  | { action: 'version' }
  | { action: 'usage-error'; message: string }
  | {
      action: 'run';
      port: number;
      host: string | undefined;
      allowedHosts: string[];
      allowedOrigins: string[];
      dataDirectory: string | undefined;
      seedFile: string | undefined;
      product: Product | undefined;
      redirectUrls: string[] | undefined;
      webhooks: WebhookOptions | undefined;
      json: boolean;
    };

const defaultPort = 4400;

export function readArguments(args: string[]): CommandArguments {
  try {
    return toArguments(parse(args).values);
  } catch (error) {
    return { action: 'usage-error', message: error instanceof Error ? error.message : String(error) };
  }
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      'allowed-host': { type: 'string', multiple: true },
      'allowed-origin': { type: 'string', multiple: true },
      data: { type: 'string' },
      seed: { type: 'string' },
      product: { type: 'string' },
      'redirect-url': { type: 'string', multiple: true },
      'webhook-url': { type: 'string' },
      'webhook-secret': { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
  });
}

function toArguments(values: ReturnType<typeof parse>['values']): CommandArguments {
  if (values.help) return { action: 'help' };
  if (values.version) return { action: 'version' };
  const port = values.port ?? String(defaultPort);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return { action: 'usage-error', message: `--port must be a number from 0 to 65535, not "${port}".` };
  }
  if (values.product !== undefined && !isProduct(values.product)) {
    return { action: 'usage-error', message: `--product must be consumer or b2b, not "${values.product}".` };
  }
  const url = values['webhook-url'];
  const secret = values['webhook-secret'];
  if (secret !== undefined && url === undefined) {
    return { action: 'usage-error', message: '--webhook-secret needs --webhook-url.' };
  }
  return {
    action: 'run',
    port: Number(port),
    host: values.host,
    allowedHosts: values['allowed-host'] ?? [],
    allowedOrigins: values['allowed-origin'] ?? [],
    dataDirectory: values.data,
    seedFile: values.seed,
    product: values.product,
    redirectUrls: values['redirect-url'],
    webhooks: url === undefined ? undefined : { url, ...(secret !== undefined && { secret }) },
    json: values.json ?? false,
  };
}

export const helpText = `Runs an emulator of Stytch's HTTP API, with an inbox for the emails it would send.

Usage: stytch-emulator [options]

  --port N             port to listen on, 0 for any free port (default ${defaultPort})
  --host H             address to listen on (default 127.0.0.1); other machines
                       that can reach it can sign in as any user
  --allowed-host NAME  host name that other machines use to call it (repeatable)
  --allowed-origin ORIGIN
                       origin whose pages may use the browser SDK (repeatable;
                       loopback origins always may)
  --data DIR           directory for keys, users and sessions (default: in memory)
  --product P          product of the project: consumer or b2b (default: that of
                       the seed or of the data directory, or else consumer)
  --seed FILE          JSON file with users, clients and RBAC policy that exist at startup:
                       { "users": [{ "email": "ada@example.com", "roles": ["admin"] }] }
  --redirect-url URL   allowed redirect URL, matched exactly (repeatable; default: any
                       http or https URL with a loopback host)
  --webhook-url URL    where to send webhooks: an http URL with a loopback host
  --webhook-secret SECRET
                       what signs them, whsec_... (default: that of the data
                       directory, or generated)
  --json               print one line of JSON when ready, and nothing else
  --help, --version

The emulator does not run with NODE_ENV=production.
`;
