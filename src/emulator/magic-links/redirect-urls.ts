import { refuse } from '../api/api-error.js';
import { EmulatorError } from '../emulator-error.js';
import { isLoopback } from '../server/loopback.js';

type RedirectType = 'login' | 'signup' | 'invite';

/** What a fresh Stytch test project lists. */
const stytchDefault = 'http://localhost:3000/authenticate';

/**
 * Where magic links may lead. With a list: exactly there, path and query included, as at Stytch;
 * the first entry is the default for calls that name no URL. Without one, every http(s) URL on a
 * loopback name is accepted, which Stytch does not do: a first try should not fail for its port.
 */
export class RedirectUrls {
  private readonly listed: string[] | undefined;

  /** @throws {EmulatorError} `emulator_options_invalid` for an entry that is no http(s) URL */
  constructor(urls: string[] | undefined) {
    this.listed = urls?.map((url) => comparable(parsed(url) ?? notAUrl(url)));
    this.default = urls === undefined ? stytchDefault : urls[0];
  }

  private readonly default: string | undefined;

  /**
   * The URL a link will lead to.
   *
   * @throws {ApiError} `invalid_<type>_magic_link_url`, `no_match_for_provided_magic_link_url`,
   *   `no_<type>_redirect_urls_set`
   */
  choose(type: RedirectType, asked: string | undefined): string {
    if (asked === undefined) {
      return (
        this.default ??
        refuse(`no_${type}_redirect_urls_set`, 'No URL was given, and this project lists none.')
      );
    }
    const url = parsed(asked);
    if (url === undefined) {
      return refuse(`invalid_${type}_magic_link_url`, `${type}_magic_link_url must be an http or https URL.`);
    }
    if (!this.isAllowed(url)) {
      refuse(
        'no_match_for_provided_magic_link_url',
        `${type}_magic_link_url is not among the redirect URLs of this project.`,
      );
    }
    return asked;
  }

  private isAllowed(url: URL): boolean {
    return this.listed ? this.listed.includes(comparable(url)) : isLoopback(url.hostname);
  }
}

function parsed(url: string): URL | undefined {
  const result = URL.canParse(url) ? new URL(url) : undefined;
  return result && /^https?:$/.test(result.protocol) ? result : undefined;
}

// example.com and www.example.com count as equal at Stytch.
function comparable(url: URL): string {
  const copy = new URL(url);
  copy.hostname = copy.hostname.replace(/^www\./, '');
  return copy.href;
}

function notAUrl(url: string): never {
  throw new EmulatorError('emulator_options_invalid', `redirectUrls: "${url}" is not an http or https URL.`);
}
