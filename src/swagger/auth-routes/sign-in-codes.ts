import type { RefusalCode, SignInField } from '../../lib/index.js';
import { hasBoundCallback, type AnySignInMethod } from '../../lib/internal.js';
import { authenticationCodes, unknownCodes } from '../authentication-codes.js';
import type { AuthRouteContext } from './auth-route.js';
import { leadsTo } from './sign-in-steps.js';

/** What a wrong field is refused with. */
const codesOfField = {
  email: ['email_missing', 'email_invalid'],
  phone: ['phone_missing', 'phone_invalid', 'phone_country_refused'],
  code: ['code_missing', 'code_incorrect'],
  password: ['password_missing', 'password_invalid', 'credentials_incorrect', 'password_reset_required'],
  'new-password': ['password_missing', 'password_invalid', 'password_weak', 'password_breached'],
  organization: ['organization_missing', 'organization_invalid'],
  name: ['name_missing', 'name_invalid'],
  choice: ['choice_invalid'],
} as const satisfies Record<SignInField['type'], readonly RefusalCode[]>;

export const codesOfFields = (fields: readonly SignInField[]): RefusalCode[] =>
  fields.flatMap(({ type }) => codesOfField[type]);

/** Of every step: the request, Stytch and the limits. */
export const codesOfSteps: readonly RefusalCode[] = ['rate_limited', ...unknownCodes];

/** Of every form, which pages of other sites must not send. */
export const codesOfForms: readonly RefusalCode[] = ['cross_site_refused', ...codesOfSteps];

/** A step that adds a factor needs the session of the browser. */
export const codesOfSession = (context: AuthRouteContext): RefusalCode[] =>
  authenticationCodes(new Set(['cookie']), context);

/** What Stytch says of organizations. */
const codesOfOrganizations: readonly RefusalCode[] = [
  'organization_unavailable',
  'organization_suspended',
  'organization_join_refused',
  'sign_in_method_refused',
  'primary_factor_required',
  'second_factor_required',
];

/** Of every step that completes a sign-in. */
export const codesOfCompletion = (context: AuthRouteContext): RefusalCode[] => [
  ...codesOfSession(context),
  'sign_in_refused',
  'factor_not_added',
  ...(context.options.session.accept === 'own' ? (['impersonation_refused'] as const) : []),
  ...(context.product === 'b2b' ? codesOfOrganizations : []),
];

/** Of the first step of a method. */
export function codesOfStart(method: AnySignInMethod, context: AuthRouteContext): RefusalCode[] {
  const { fields = [], requiresSession = false } = method.start ?? {};
  const { sends, redirects, completes } = leadsTo(method);
  return [
    ...codesOfFields(fields),
    ...codesOfForms,
    ...codesOfSession(context),
    ...(redirects ? (['oauth_failed'] as const) : []),
    ...(completes && requiresSession ? (['step_up_required'] as const) : []),
    ...(completes ? codesOfCompletion(context) : []),
    ...(context.product === 'b2b' ? codesOfNamedOrganization(sends, context) : []),
    ...(hasOrganizationHosts(context) && hasBoundCallback(method) ? (['sign_in_host_refused'] as const) : []),
  ];
}

const hasOrganizationHosts = ({ options: { organizations } }: AuthRouteContext): boolean =>
  typeof organizations.tenant === 'object' && 'subdomainOf' in organizations.tenant;

/** The response to a start does not tell whether the organization exists. */
const codesOfNamedOrganization = (sends: boolean, { options }: AuthRouteContext): RefusalCode[] => [
  ...(options.organizations.discovery ? [] : (['organization_missing'] as const)),
  'organization_invalid',
  ...(sends ? (['organization_suspended', 'sign_in_method_refused'] as const) : []),
];

/** Of the links and providers that lead back to the application. */
export function codesOfCallbacks(context: AuthRouteContext): RefusalCode[] {
  const callbacks = context.methods.flatMap(({ callbacks: own = {} }) => Object.values(own));
  const isFromProvider = callbacks.some(({ from }) => from === 'provider');
  const isFromLink = callbacks.some(({ from }) => from !== 'provider');
  return [
    'link_invalid',
    ...(isFromLink ? (['link_for_another_browser', 'link_used_or_expired'] as const) : []),
    ...(isFromProvider ? codesOfProviders : []),
    ...codesOfCompletion(context),
    ...codesOfSteps,
  ];
}

const codesOfProviders: readonly RefusalCode[] = [
  'oauth_denied',
  'oauth_failed',
  'oauth_email_missing',
  'sign_in_not_started',
];
