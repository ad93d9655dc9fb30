import { parseArgs } from 'node:util';

/** What the command line asks for. */
export type CommandArguments =
  | { action: 'help' }
  | { action: 'version' }
  | { action: 'refuse'; reason: string }
  | {
      action: 'run';
      port: number;
      host: string | undefined;
      allowedHosts: string[];
      dataDirectory: string | undefined;
      seedFile: string | undefined;
      redirectUrls: string[] | undefined;
      json: boolean;
    };

const defaultPort = 4400;

export function readArguments(args: string[]): CommandArguments {
  try {
    return interpret(parse(args).values);
  } catch (error) {
    return { action: 'refuse', reason: error instanceof Error ? error.message : String(error) };
  }
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      'allowed-host': { type: 'string', multiple: true },
      data: { type: 'string' },
      seed: { type: 'string' },
      'redirect-url': { type: 'string', multiple: true },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
  });
}

function interpret(values: ReturnType<typeof parse>['values']): CommandArguments {
  if (values.help) return { action: 'help' };
  if (values.version) return { action: 'version' };
  const port = values.port ?? String(defaultPort);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return { action: 'refuse', reason: `--port must be a number from 0 to 65535, not "${port}".` };
  }
  return {
    action: 'run',
    port: Number(port),
    host: values.host,
    allowedHosts: values['allowed-host'] ?? [],
    dataDirectory: values.data,
    seedFile: values.seed,
    redirectUrls: values['redirect-url'],
    json: values.json ?? false,
  };
}

export const helpText = `Runs an emulator of Stytch's HTTP API on this machine, with an inbox for the mails it would send.

Usage: stytch-emulator [options]

  --port N             port to listen on, 0 for a free one (default ${defaultPort})
  --host H             address to listen on (default 127.0.0.1; anything else lets others in)
  --allowed-host NAME  host name under which other machines may call it (can be given several times)
  --data DIR           keep keys, users and sessions in this directory (default: in memory)
  --seed FILE          JSON file with users who are there from the start:
                       { "users": [{ "email": "ada@example.com", "roles": ["admin"] }] }
  --redirect-url URL   where magic links may lead, matched exactly (can be given several times;
                       default: any http or https URL on a loopback name)
  --json               print one line of JSON when ready, and nothing else
  --help, --version

It never runs with NODE_ENV=production.
`;
