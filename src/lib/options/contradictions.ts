import type { StytchOptionProblem } from '../errors/stytch-options.error.js';
import { cookieOptions } from './cookies.options.js';
import { limitOptions } from './limits.options.js';
import { isHttps } from './is-https.js';
import { isLoopback } from './loopback.js';
import type { ModuleOptions } from './module.options.js';
import { organizationOptions } from './organizations.options.js';
import { withDefaults } from './option-definition.js';
import { isInsecure, origin } from './value-checks.js';

/** Options that passed their own check. Rejected ones are absent. */
export type AcceptedOptions = Partial<ModuleOptions>;

type Contradiction = (options: AcceptedOptions) => StytchOptionProblem | undefined;

/** Options that are valid on their own but not together. */
export function findContradictions(options: AcceptedOptions): readonly StytchOptionProblem[] {
  return contradictions
    .map((contradiction) => contradiction(options))
    .filter((problem) => problem !== undefined);
}

const secretOfAnotherEnvironment: Contradiction = ({ projectId, secret }) => {
  const [project, given] = [environmentOf(projectId), environmentOf(secret)];
  if (project === undefined || given === undefined || project === given) return undefined;
  return {
    path: 'secret',
    given: `a ${given} secret with a ${project} project`,
    allowed: `a ${project} secret`,
    fix: 'Copy project ID and secret from the same environment of the same project.',
  };
};

const emulatorWithLiveProject: Contradiction = ({ projectId, apiUrl }) => {
  if (environmentOf(projectId) !== 'live' || apiUrl === undefined || !isLoopback(new URL(apiUrl))) {
    return undefined;
  }
  return {
    path: 'apiUrl',
    given: `${apiUrl} with a live project`,
    allowed: 'a loopback URL with a test project only',
    fix: 'Omit apiUrl in production, or use the credentials that the emulator prints.',
  };
};

/** What requires https for the API, whatever the options allow. */
const reasonForHttps = ({ projectId }: AcceptedOptions) => {
  if (environmentOf(projectId) === 'live') return 'a live project';
  return process.env['NODE_ENV'] === 'production' ? 'NODE_ENV=production' : undefined;
};

const insecureApi: Contradiction = (options) => {
  const { apiUrl, allowInsecureApiHost } = options;
  if (apiUrl === undefined) return undefined;
  const url = new URL(apiUrl);
  if (!isInsecure(url) || url.hostname === allowInsecureApiHost?.toLowerCase()) return undefined;
  const alternative = ` For an emulator in another container, set allowInsecureApiHost: '${url.hostname}'.`;
  return {
    path: 'apiUrl',
    given: apiUrl,
    allowed: origin.allowed,
    fix: `Use https (STYTCH_API_URL).${reasonForHttps(options) === undefined ? alternative : ''}`,
  };
};

const insecureApiHost: Contradiction = (options) => {
  const { allowInsecureApiHost } = options;
  const reason = reasonForHttps(options);
  if (allowInsecureApiHost === undefined || reason === undefined) return undefined;
  return {
    path: 'allowInsecureApiHost',
    given: `'${allowInsecureApiHost}' with ${reason}`,
    allowed: 'a host with a test project outside production only',
    fix: 'Omit it (STYTCH_ALLOW_INSECURE_API_HOST): the secret of the project would be sent unencrypted.',
  };
};

const isProduction = (options: AcceptedOptions) =>
  process.env['NODE_ENV'] === 'production' && options.allowEmulatorInProduction !== true;

const loopbackApiInProduction: Contradiction = (options) => {
  const { apiUrl, projectId } = options;
  // With a live project it is reported above.
  if (!isProduction(options) || environmentOf(projectId) === 'live') return undefined;
  if (apiUrl === undefined || !isLoopback(new URL(apiUrl))) return undefined;
  return {
    path: 'apiUrl',
    given: `${apiUrl} with NODE_ENV=production`,
    allowed: 'a URL that is not on loopback',
    fix: "Omit it to use Stytch's API (STYTCH_API_URL). If a loopback URL is intended, set allowEmulatorInProduction: true.",
  };
};

const emulatorSecretInProduction: Contradiction = (options) => {
  if (!isProduction(options) || options.secret?.startsWith('secret-test-emulator-') !== true)
    return undefined;
  return {
    path: 'secret',
    given: 'a secret of the emulator with NODE_ENV=production',
    allowed: 'a secret of your Stytch project',
    fix: 'Copy a secret from the API keys of your project (STYTCH_SECRET). If the emulator is intended, set allowEmulatorInProduction: true.',
  };
};

const insecureCookiesOverHttps: Contradiction = ({ appUrl, cookies }) => {
  if (cookies?.secure !== false || appUrl === undefined || !isHttps(appUrl)) return undefined;
  return {
    path: 'cookies.secure',
    given: 'false with an https appUrl',
    allowed: 'true',
    fix: 'Omit it: with false, browsers would also send the session over plain http.',
  };
};

const sameSiteNoneWithoutSecure: Contradiction = (options) => {
  if (options.cookies?.sameSite !== 'none' || hasSecureCookies(options)) return undefined;
  return {
    path: 'cookies.sameSite',
    given: "'none' without Secure",
    allowed: "'none' with https only",
    fix: "Browsers reject such cookies. Serve the application over https, or use 'lax'.",
  };
};

const hostPrefixWithoutSecure: Contradiction = (options) => {
  if (options.cookies?.hostPrefix !== true || hasSecureCookies(options)) return undefined;
  return {
    path: 'cookies.hostPrefix',
    given: 'true without Secure',
    allowed: 'true with https only',
    fix: 'Browsers reject such cookies. Serve the application over https, or omit hostPrefix.',
  };
};

const hostPrefixWithDomain: Contradiction = ({ cookies }) => {
  if (cookies?.hostPrefix !== true || cookies.domain === undefined) return undefined;
  return {
    path: 'cookies.hostPrefix',
    given: 'true with cookies.domain',
    allowed: 'true without cookies.domain',
    fix: 'Browsers reject __Host- cookies with a domain. Omit one of the two.',
  };
};

const equalCookieNames: Contradiction = ({ cookies }) => {
  const { jwtName, tokenName } = withDefaults(cookies, cookieOptions);
  // One of them may get the prefix, but equal names would be confusing even then.
  if (withoutHostPrefix(jwtName) !== withoutHostPrefix(tokenName)) return undefined;
  return {
    path: cookies?.tokenName === undefined ? 'cookies.jwtName' : 'cookies.tokenName',
    given: `'${jwtName}' for both cookies`,
    allowed: 'different values for cookies.jwtName and cookies.tokenName',
    fix: 'Use a different name for one of the cookies.',
  };
};

const cookieDomainOfAnotherHost: Contradiction = ({ appUrl, cookies }) => {
  const domain = cookies?.domain?.toLowerCase();
  if (appUrl === undefined || domain === undefined) return undefined;
  const host = new URL(appUrl).hostname;
  if (host === domain || host.endsWith(`.${domain}`)) return undefined;
  return {
    path: 'cookies.domain',
    given: `'${domain}' with an appUrl on ${host}`,
    allowed: 'the host of appUrl or a parent domain of it',
    fix: 'Browsers reject cookies for other domains. Correct cookies.domain or appUrl.',
  };
};

const totalBelowLimitPerNetwork: Contradiction = ({ limits }) => {
  const { perAddress, perAddressTotal } = withDefaults(limits, limitOptions);
  if (perAddress === false || perAddressTotal === false) return undefined;
  const isShorter = perAddressTotal.windowSeconds < perAddress.windowSeconds;
  if (isShorter || perAddressTotal.max >= perAddress.max) return undefined;
  return {
    path: limits?.perAddressTotal === undefined ? 'limits.perAddress' : 'limits.perAddressTotal',
    given: `at most ${perAddress.max} sign-ins per network for an email address, and ${perAddressTotal.max} from all networks`,
    allowed: 'a max of limits.perAddressTotal that is not below the one of limits.perAddress',
    fix: 'Raise limits.perAddressTotal, or lower limits.perAddress.',
  };
};

const resourceMetadataWithoutServer: Contradiction = ({ resourceMetadata }) => {
  if (resourceMetadata === undefined || (resourceMetadata.authorizationServers ?? []).length > 0)
    return undefined;
  return {
    path: 'resourceMetadata.authorizationServers',
    given: 'none with resourceMetadata',
    allowed: 'at least one origin',
    fix: 'List the domain of your Stytch project, such as https://login.example.com, or omit resourceMetadata.',
  };
};

const subdomainsWithoutSharedCookies: Contradiction = ({ appUrl, cookies, organizations }) => {
  const { tenant } = organizations ?? {};
  if (typeof tenant !== 'object' || !('subdomainOf' in tenant)) return undefined;
  const subdomainOf = tenant.subdomainOf.toLowerCase();
  const domain = cookies?.domain?.toLowerCase();
  const isWithin = (parent: string) => subdomainOf === parent || subdomainOf.endsWith(`.${parent}`);
  if (domain !== undefined && isWithin(domain)) return undefined;
  return {
    path: 'organizations.tenant',
    given: `{ subdomainOf: '${subdomainOf}' } ${domain === undefined ? 'without cookies.domain' : `with cookies.domain '${domain}'`}`,
    allowed: 'a domain within cookies.domain',
    fix: `Set cookies.domain to the domain that the host of appUrl${appUrl === undefined ? '' : ` (${new URL(appUrl).hostname})`} shares with the subdomains, so that the session reaches them.`,
  };
};

const creationWithoutDiscovery: Contradiction = ({ organizations }) => {
  const { create, discovery } = withDefaults(organizations, organizationOptions);
  if (create === 'deny' || discovery) return undefined;
  return {
    path: 'organizations.create',
    given: "'allow' with discovery: false",
    allowed: "'allow' with discovery only",
    fix: 'Omit discovery: false, since people create an organization after discovery, or omit create.',
  };
};

const contradictions: readonly Contradiction[] = [
  secretOfAnotherEnvironment,
  emulatorWithLiveProject,
  insecureApi,
  insecureApiHost,
  loopbackApiInProduction,
  emulatorSecretInProduction,
  insecureCookiesOverHttps,
  sameSiteNoneWithoutSecure,
  hostPrefixWithoutSecure,
  hostPrefixWithDomain,
  equalCookieNames,
  cookieDomainOfAnotherHost,
  totalBelowLimitPerNetwork,
  resourceMetadataWithoutServer,
  subdomainsWithoutSharedCookies,
  creationWithoutDiscovery,
];

/** `test` or `live`. */
const environmentOf = (credential: string | undefined) =>
  /^(?:project|secret)-(test|live)-/.exec(credential ?? '')?.[1];

const withoutHostPrefix = (name: string) => name.replace(/^__Host-/, '');

/** Without a valid `appUrl`, which is reported separately, https is assumed. */
const hasSecureCookies = ({ appUrl, cookies }: AcceptedOptions) =>
  cookies?.secure ?? (appUrl === undefined || isHttps(appUrl));
