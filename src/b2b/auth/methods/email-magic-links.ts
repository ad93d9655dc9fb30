import type { B2BClient } from 'stytch';
import type {
  FinishCall,
  FinishResult,
  RefusalCode,
  StartCall,
  StartResult,
  StytchRejection,
  UnboundToken,
} from '../../../lib/index.js';
import { checkFactoryOptions, withDefaults, type B2BSignInMethod } from '../../../lib/internal.js';
import { maxDiscoveryBytes } from '../discovered-organizations.js';
import { emailMagicLinkOptions, type StytchEmailMagicLinkOptions } from './email-magic-links.options.js';
import { refusalCodeOf } from './refusal-of-rejection.js';
import { resultOfRejectedStart } from './rejected-start.js';

/**
 * Signing in with an emailed link: to the organization that the person names, or to one that they choose after
 * opening the link. Also accepts invitations and impersonation, which work in every browser after confirmation on
 * a page.
 */
export function emailMagicLinks(options?: StytchEmailMagicLinkOptions): B2BSignInMethod {
  const resolved = withDefaults(options, emailMagicLinkOptions);
  const isBound = resolved.binding === 'same-browser';
  return {
    name: 'magic-link',
    product: 'b2b',
    expiresInMinutes: resolved.expiresInMinutes,
    start: {
      fields: [{ name: 'email', type: 'email', label: 'Email address' }],
      button: 'Send me a sign-in link',
      authMethod: 'magic_link',
      run: ({ email = '' }, call) => sendLink(email, resolved, call),
    },
    callbacks: {
      discovery: {
        binding: isBound ? 'same-browser' : 'any-browser',
        factor: 'magic_link',
        run: (token, _fields, call) => authenticateDiscovery(token, call),
      },
      multi_tenant_magic_links: {
        binding: isBound ? 'either' : 'any-browser',
        factor: 'magic_link',
        run: (token, _fields, call) => authenticateLink(token, call),
      },
      multi_tenant_impersonation: {
        binding: 'any-browser',
        run: (token, _fields, call) => authenticateImpersonation(token, call),
      },
    },
    findProblems: () => checkFactoryOptions(options, emailMagicLinkOptions),
  };
}

type Settings = ReturnType<typeof withDefaults<StytchEmailMagicLinkOptions, typeof emailMagicLinkOptions>>;

async function sendLink(
  email_address: string,
  { binding, expiresInMinutes }: Settings,
  call: StartCall<B2BClient>,
): Promise<StartResult> {
  const { organization, callbackUrl } = call;
  // Only this browser has the code verifier, so links for any browser carry no PKCE.
  const pkce = binding === 'same-browser' && { pkce_code_challenge: call.codeChallenge };
  const operation =
    organization === undefined ? 'magic_links/email/discovery/send' : 'magic_links/email/login_or_signup';
  // Stytch limits links per email address, so that a 429 says nothing about other addresses.
  const response = await call.stytch<unknown>(
    operation,
    ({ magicLinks: { email } }) =>
      organization === undefined
        ? email.discovery.send({
            email_address,
            discovery_redirect_url: callbackUrl,
            discovery_expiration_minutes: expiresInMinutes,
            ...pkce,
          })
        : email.loginOrSignup({
            organization_id: organization,
            email_address,
            login_redirect_url: callbackUrl,
            signup_redirect_url: callbackUrl,
            login_expiration_minutes: expiresInMinutes,
            signup_expiration_minutes: expiresInMinutes,
            ...pkce,
          }),
    { isLimitedPerAddress: true },
  );
  if (response.kind === 'rejected') return resultOfRejectedStart(response, operation);
  return response.kind === 'ok' ? { kind: 'sent' } : response;
}

async function authenticateDiscovery(
  discovery_magic_links_token: string,
  call: FinishCall<B2BClient>,
): Promise<FinishResult> {
  const response = await call.stytch(
    'magic_links/discovery/authenticate',
    (client) =>
      client.magicLinks.discovery.authenticate({ discovery_magic_links_token, ...verifierOf(call) }),
    { maxBodyBytes: maxDiscoveryBytes },
  );
  if (response.kind === 'rejected') return { kind: 'refused', code: codeOfRejectedLink(response) };
  return response.kind === 'ok' ? { kind: 'discovered', body: response.body } : response;
}

/** One that was started without PKCE, such as an invitation, is not consumed here. */
async function authenticateLink(
  magic_links_token: string,
  call: FinishCall<B2BClient>,
): Promise<FinishResult | UnboundToken> {
  const response = await call.stytch('magic_links/authenticate', (client) =>
    client.magicLinks.authenticate({ magic_links_token, ...verifierOf(call), ...call.sessionParameters }),
  );
  if (response.kind !== 'rejected') return response;
  if (response.errorType === 'pkce_did_not_expect_code_verifier') return { kind: 'unbound' };
  return { kind: 'refused', code: codeOfRejectedLink(response) };
}

/** The operation takes no session parameters: Stytch decides how long the session lasts. */
async function authenticateImpersonation(
  impersonation_token: string,
  call: FinishCall<B2BClient>,
): Promise<FinishResult> {
  const response = await call.stytch('impersonation/authenticate', (client) =>
    client.impersonation.authenticate({ impersonation_token }),
  );
  return response.kind === 'rejected' ? { kind: 'refused', code: codeOfRejectedLink(response) } : response;
}

const verifierOf = ({ codeVerifier }: FinishCall<B2BClient>) =>
  codeVerifier === undefined ? {} : { pkce_code_verifier: codeVerifier };

function codeOfRejectedLink(rejection: StytchRejection): RefusalCode {
  if (rejection.errorType.includes('pkce')) return 'link_for_another_browser';
  return refusalCodeOf(rejection) ?? 'link_used_or_expired';
}
