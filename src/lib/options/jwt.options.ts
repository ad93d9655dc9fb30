import { withDefaults, type OptionDefinitions } from './option-definition.js';
import { listOf, matching } from './value-checks.js';

export interface StytchJwtOptions {
  /**
   * Audiences accepted besides the project ID, for projects whose JWT template sets a custom one.
   * @default []
   */
  audiences?: readonly string[] | undefined;
}

export const jwtOptions = {
  audiences: {
    ...listOf(matching(/./s, 'a string'), 'a list of non-empty strings'),
    fix: "List the custom audience of your project's JWT template.",
    default: [],
  },
} satisfies OptionDefinitions<StytchJwtOptions>;

export interface ResolvedJwtOptions {
  readonly audiences: ReadonlySet<string>;
  readonly issuers: ReadonlySet<string>;
}

export const resolveJwtOptions = (
  options: StytchJwtOptions | undefined,
  { projectId, apiUrl }: { readonly projectId: string; readonly apiUrl: string },
): ResolvedJwtOptions =>
  Object.freeze({
    audiences: new Set([projectId, ...withDefaults(options, jwtOptions).audiences]),
    // In projects with a custom domain, that domain is the issuer.
    issuers: new Set([`stytch.com/${projectId}`, apiUrl]),
  });
