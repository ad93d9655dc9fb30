import { EmulatorError } from '../emulator-error.js';
import { refuse } from '../wire/api-error.js';
import { isLoopback } from '../wire/loopback.js';

/** The redirect URL that a new Stytch test project has. */
const stytchDefault = 'http://localhost:3000/authenticate';

/** How an operation names its redirect URL, and the error types it responds with. */
export interface RedirectUrlField {
  name: string;
  invalid: string;
  notAllowed: string;
  noDefault: string;
}

/**
 * The redirect URLs of the project. With a list, a URL must match an entry exactly, including path and
 * query, as at Stytch. Without a list, every http(s) URL with a loopback host is allowed, which differs
 * from Stytch: a first try should not fail because of a port.
 */
export class RedirectUrls {
  private readonly allowed: string[] | undefined;
  private readonly default: string | undefined;

  /** @throws {EmulatorError} `emulator_options_invalid` for an entry that is not an http(s) URL */
  constructor(urls: string[] | undefined) {
    this.allowed = urls?.map((url) => normalize(parseUrl(url) ?? invalidOption(url)));
    this.default = urls === undefined ? stytchDefault : urls[0];
  }

  /**
   * The requested URL, or the project's default if none is requested.
   *
   * @throws {ApiError} one of the error types of the field
   */
  resolve(requested: string | undefined, field: RedirectUrlField): string {
    if (requested === undefined) {
      return (
        this.default ??
        refuse(
          400,
          field.noDefault,
          `There are no redirect URLs registered for this project, so ${field.name} is required.`,
        )
      );
    }
    const url = parseUrl(requested);
    if (url === undefined) {
      return refuse(400, field.invalid, `${field.name} must be an http or https URL.`);
    }
    if (!this.isAllowed(url)) {
      refuse(400, field.notAllowed, `${field.name} is not one of the project's redirect URLs.`);
    }
    return requested;
  }

  private isAllowed(url: URL): boolean {
    return this.allowed ? this.allowed.includes(normalize(url)) : isLoopback(url.hostname);
  }
}

function parseUrl(url: string): URL | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed : undefined;
}

// Stytch treats example.com and www.example.com as equal.
function normalize(url: URL): string {
  const copy = new URL(url);
  copy.hostname = copy.hostname.replace(/^www\./, '');
  return copy.href;
}

function invalidOption(url: string): never {
  throw new EmulatorError('emulator_options_invalid', `redirectUrls: "${url}" is not an http or https URL.`);
}
