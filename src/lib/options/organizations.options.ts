import { withDefaults, type OptionDefinitions, type WithDefaults } from './option-definition.js';
import { oneOf, trueOrFalse } from './value-checks.js';

/** How people reach their organizations. For B2B projects. */
export interface StytchOrganizationOptions {
  /**
   * Whether people may sign in without naming an organization: they prove their email address, and choose
   * one of the organizations that they belong to or may join. Without it, only links to the sign-in page of
   * an organization, `login?org={slug}`, and invitations lead to a session.
   * @default true
   */
  discovery?: boolean | undefined;
  /**
   * Whether people who proved their email address may create an organization. Its creator gets Stytch's role
   * `stytch_admin`.
   * @default 'deny'
   */
  create?: 'allow' | 'deny' | undefined;
}

export const organizationOptions = {
  discovery: { ...trueOrFalse, default: true },
  create: { ...oneOf('allow', 'deny'), default: 'deny' },
} satisfies OptionDefinitions<StytchOrganizationOptions>;

export type ResolvedOrganizationOptions = WithDefaults<StytchOrganizationOptions, typeof organizationOptions>;

export const resolveOrganizationOptions = (
  options?: StytchOrganizationOptions,
): ResolvedOrganizationOptions => withDefaults(options, organizationOptions);
