import { withDefaults, type OptionDefinitions } from './option-definition.js';
import { listOf, matching } from './value-checks.js';

/** Which session JWTs are accepted: the option `jwt`. */
export interface StytchJwtOptions {
  /**
   * Audiences accepted besides the project ID, for projects whose JWT template sets a custom one.
   * @default []
   */
  audiences?: readonly string[] | undefined;
  /**
   * Issuers accepted besides `stytch.com/<projectId>`, `apiUrl` and those of `resourceMetadata`, such as
   * `https://login.example.com`: the domain of your project, if it has its own, or if handlers accept access
   * tokens of connected apps. Compared exactly.
   * @default []
   */
  issuers?: readonly string[] | undefined;
}

export const jwtOptions = {
  audiences: {
    ...listOf(matching(/./s, 'a string'), 'a list of non-empty strings'),
    fix: "List the custom audience of your project's JWT template.",
    default: [],
  },
  issuers: {
    ...listOf(matching(/./s, 'a string'), 'a list of non-empty strings'),
    fix: "List the custom domains of your project as they are in the iss claim of its JWTs, such as 'https://login.example.com'.",
    default: [],
  },
} satisfies OptionDefinitions<StytchJwtOptions>;

export interface ResolvedJwtOptions {
  readonly audiences: ReadonlySet<string>;
  readonly issuers: ReadonlySet<string>;
}

export const resolveJwtOptions = (
  options: StytchJwtOptions | undefined,
  {
    projectId,
    apiUrl,
    authorizationServers = [],
  }: {
    readonly projectId: string;
    readonly apiUrl: string;
    readonly authorizationServers?: readonly string[];
  },
): ResolvedJwtOptions => {
  const { audiences, issuers } = withDefaults(options, jwtOptions);
  return Object.freeze({
    audiences: new Set([projectId, ...audiences]),
    // In projects with a custom domain, that domain is the issuer.
    issuers: new Set([`stytch.com/${projectId}`, apiUrl, ...authorizationServers, ...issuers]),
  });
};
