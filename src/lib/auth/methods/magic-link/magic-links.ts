import { Logger } from '@nestjs/common';
import { checkFactoryOptions } from '../../../options/check-options.js';
import { withDefaults } from '../../../options/option-definition.js';
import type { SignInFields } from '../../../ports/sign-in-field.js';
import type {
  FinishCall,
  FinishResult,
  SignInMethod,
  StartCall,
  StartResult,
  UnboundToken,
} from '../../../ports/sign-in-method.js';
import type { StytchRejection } from '../../../ports/stytch-response.js';
import { requiresAccount } from '../requires-account.js';
import { magicLinkOptions, type StytchMagicLinkOptions } from './magic-link.options.js';

/**
 * Signing in with an emailed link. Also accepts invitations, embeddable links and impersonation, which
 * work in every browser after confirmation on a page.
 */
export function magicLinks(options?: StytchMagicLinkOptions): SignInMethod {
  const resolved = withDefaults(options, magicLinkOptions);
  return {
    name: 'magic-link',
    expiresInMinutes: resolved.expiresInMinutes,
    start: {
      fields: [{ name: 'email', type: 'email', label: 'Email address' }],
      button: 'Send me a sign-in link',
      run: ({ email = '' }: SignInFields, call) => sendLink(email, resolved, call),
    },
    callbacks: {
      magic_links: {
        binding: resolved.binding === 'same-browser' ? 'either' : 'any-browser',
        run: (token, _fields, call) => authenticate(token, call),
      },
      impersonation: {
        binding: 'any-browser',
        run: (token, _fields, call) => authenticateImpersonation(token, call),
      },
    },
    findProblems: () => checkFactoryOptions(options, magicLinkOptions),
  };
}

type MagicLinkSettings = ReturnType<typeof withDefaults<StytchMagicLinkOptions, typeof magicLinkOptions>>;

async function sendLink(email: string, settings: MagicLinkSettings, call: StartCall): Promise<StartResult> {
  const { binding, expiresInMinutes } = settings;
  const parameters = {
    email,
    // Only this browser has the code verifier, so links for any browser carry no PKCE.
    ...(binding === 'same-browser' && { code_challenge: call.codeChallenge }),
    login_magic_link_url: call.callbackUrl,
    signup_magic_link_url: call.callbackUrl,
    login_expiration_minutes: expiresInMinutes,
    signup_expiration_minutes: expiresInMinutes,
  };
  // Stytch limits links per email address, so that a 429 says nothing about other addresses.
  const response = await call.stytch(
    'magic_links/email',
    ({ magicLinks: { email: emails } }) =>
      requiresAccount(settings, call) ? emails.send(parameters) : emails.loginOrCreate(parameters),
    { isLimitedPerAddress: true },
  );
  if (response.kind === 'rejected') return resultOfRejection(response, call);
  return response.kind === 'ok' ? { kind: 'sent' } : response;
}

function resultOfRejection(response: StytchRejection, { callbackUrl }: StartCall): StartResult {
  if (response.errorType === 'invalid_email')
    return { kind: 'refused', code: 'email_invalid', field: 'email' };
  const logger = new Logger('Stytch');
  if (isConfigurationError(response)) {
    logger.error(
      `Stytch rejected the redirect URL (${response.errorType}). Register ${callbackUrl} for login and sign-up.`,
    );
    return { kind: 'refused', code: 'stytch_unavailable' };
  }
  // The account is unknown, denied or inactive. The response must not tell which.
  if (response.errorType !== 'email_not_found') {
    logger.warn(`Stytch sent no link (${response.errorType}, ${response.requestId}).`);
  }
  return { kind: 'sent' };
}

/** A mistake in our configuration: an unregistered URL, or an expiration that Stytch does not allow. */
const isConfigurationError = ({ errorType }: StytchRejection) =>
  /_url|redirect|expiration|query_params|code_challenge/.test(errorType);

async function authenticate(token: string, call: FinishCall): Promise<FinishResult | UnboundToken> {
  const { codeVerifier, sessionParameters } = call;
  const response = await call.stytch('magic_links/authenticate', (client) =>
    client.magicLinks.authenticate({
      token,
      ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
      ...sessionParameters,
    }),
  );
  if (response.kind !== 'rejected') return response;
  // Invitations and embeddable links have no code challenge.
  if (response.errorType === 'pkce_did_not_expect_code_verifier') return { kind: 'unbound' };
  const code = response.errorType.includes('pkce') ? 'link_for_another_browser' : 'link_used_or_expired';
  return { kind: 'refused', code };
}

/** The operation takes no session parameters: Stytch decides how long the session lasts. */
async function authenticateImpersonation(token: string, call: FinishCall): Promise<FinishResult> {
  const response = await call.stytch('impersonation/authenticate', (client) =>
    client.impersonation.authenticate({ impersonation_token: token }),
  );
  return response.kind === 'rejected' ? { kind: 'refused', code: 'link_used_or_expired' } : response;
}
