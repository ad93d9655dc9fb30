import { checkFactoryOptions } from '../../../options/check-options.js';
import { withDefaults } from '../../../options/option-definition.js';
import type { SignInFields } from '../../../ports/sign-in-field.js';
import type {
  FinishCall,
  FinishResult,
  SignInMethod,
  StartCall,
  StartResult,
} from '../../../ports/sign-in-method.js';
import { resultOfRejectedEmail } from '../rejected-email.js';
import { requiresAccount } from '../requires-account.js';
import { authenticateLink } from './authenticate-link.js';
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
        factor: 'magic_link',
        run: (token, _fields, call) => authenticateLink(token, call),
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
  if (response.kind === 'rejected') return resultOfRejectedEmail(response, call);
  return response.kind === 'ok' ? { kind: 'sent' } : response;
}

/** The operation takes no session parameters: Stytch decides how long the session lasts. */
async function authenticateImpersonation(token: string, call: FinishCall): Promise<FinishResult> {
  const response = await call.stytch('impersonation/authenticate', (client) =>
    client.impersonation.authenticate({ impersonation_token: token }),
  );
  return response.kind === 'rejected' ? { kind: 'refused', code: 'link_used_or_expired' } : response;
}
