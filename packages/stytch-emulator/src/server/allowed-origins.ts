import { EmulatorError } from '../emulator-error.js';
import { isLoopback } from '../wire/loopback.js';

/** The origins of the pages that may use a browser SDK: loopback origins on every port, and those in the list. */
export class AllowedOrigins {
  /** @throws {EmulatorError} `emulator_options_invalid` for an entry that is not an http(s) origin */
  constructor(private readonly others: readonly string[]) {
    const invalid = others.find((origin) => parseOrigin(origin) === undefined);
    if (invalid === undefined) return;
    throw new EmulatorError(
      'emulator_options_invalid',
      `allowedOrigins: "${invalid}" is not an origin like https://app.example.com, without a path.`,
    );
  }

  allows(origin: string): boolean {
    const url = parseOrigin(origin);
    return url !== undefined && (isLoopback(url.hostname) || this.others.includes(origin));
  }
}

function parseOrigin(origin: string): URL | undefined {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  return url && /^https?:$/.test(url.protocol) && url.origin === origin ? url : undefined;
}
