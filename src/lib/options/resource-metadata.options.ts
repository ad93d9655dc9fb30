import { isScope } from '../identity/client-from-claims.js';
import { withDefaults, type OptionDefinitions } from './option-definition.js';
import { listOf, matching, originList, type ValueCheck } from './value-checks.js';

/** What connected apps are told about this application (RFC 9728): the option `resourceMetadata`. */
export interface StytchResourceMetadataOptions {
  /**
   * The origins of the authorization servers that connected apps get their access tokens from: the domain
   * of the Stytch project, such as `https://login.example.com`. It is accepted as an issuer, like those in
   * `jwt.issuers`.
   *
   * With it, the application serves the metadata of RFC 9728 at `/.well-known/oauth-protected-resource`,
   * whatever its global prefix is, and challenges of handlers that accept `connected-app` refer to it.
   * @default []
   */
  authorizationServers?: readonly string[] | undefined;
  /**
   * The path of the resource, such as `/mcp`, if it is not the whole application. The metadata is then at
   * `/.well-known/oauth-protected-resource/mcp`.
   * @default ''
   */
  path?: string | undefined;
  /**
   * The scopes that connected apps may request.
   * @default []
   */
  scopes?: readonly string[] | undefined;
  /**
   * The name of the resource, for the people who connect an app to it.
   * @default none
   */
  name?: string | undefined;
}

const scope: ValueCheck = {
  accepts: (value) => typeof value === 'string' && isScope(value),
  allowed: 'a scope',
};

export const resourceMetadataOptions = {
  authorizationServers: {
    ...originList,
    fix: 'List the domain of your Stytch project, such as https://login.example.com, without a path.',
    default: [],
  },
  path: {
    ...matching(
      /^(?:\/[A-Za-z0-9._~-]+)*$/,
      'a path of letters, digits, . _ ~ and - without a slash at its end',
    ),
    fix: "Use a path such as '/mcp', or omit it.",
    default: '',
  },
  scopes: {
    ...listOf(scope, 'a list of scopes'),
    fix: "List scopes such as 'read:documents'.",
    default: [],
  },
  name: matching(/\S/, 'a name'),
} satisfies OptionDefinitions<StytchResourceMetadataOptions>;

/** The metadata of the resource, and where it is served. */
export interface ResolvedResourceMetadata {
  readonly authorizationServers: readonly string[];
  readonly path: string;
  readonly url: string;
  /** RFC 9728 section 2. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** `undefined` if it is not switched on. */
export function resolveResourceMetadataOptions(
  options: StytchResourceMetadataOptions | undefined,
  appUrl: string,
): ResolvedResourceMetadata | undefined {
  const { authorizationServers, path, scopes, name } = withDefaults(options, resourceMetadataOptions);
  if (authorizationServers.length === 0) return undefined;
  const issuers = Object.freeze(authorizationServers.map((server) => new URL(server).origin));
  // RFC 9728 section 3.1: the well-known path goes between the origin and the path of the resource.
  const metadataPath = `/.well-known/oauth-protected-resource${path}`;
  return Object.freeze({
    authorizationServers: issuers,
    path: metadataPath,
    url: appUrl + metadataPath,
    document: Object.freeze({
      resource: appUrl + path,
      authorization_servers: issuers,
      bearer_methods_supported: Object.freeze(['header']),
      ...(scopes.length > 0 && { scopes_supported: Object.freeze([...scopes]) }),
      ...(name !== undefined && { resource_name: name }),
    }),
  });
}
