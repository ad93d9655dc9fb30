import { type StytchClient } from '@stytch/vanilla-js/headless';
import { callbackUrl, session_duration_minutes } from './stytch.js';

/** What both front ends use of the SDK's client. The clients of both packages have it. */
export type Stytch = Pick<
  StytchClient,
  'authenticateByUrl' | 'magicLinks' | 'oauth' | 'otps' | 'parseAuthenticateUrl' | 'passwords' | 'session'
>;

/** What a person who is not signed in sees. */
export type Step =
  | { readonly name: 'start' }
  | { readonly name: 'link-sent'; readonly email: string }
  | { readonly name: 'code'; readonly email: string; readonly methodId: string }
  | { readonly name: 'password' }
  | { readonly name: 'new-password'; readonly token: string };

/** The values of a form, by the names of its inputs. */
type Fields = (name: string) => string;
type Action = (stytch: Stytch, field: Fields) => Promise<Step | undefined>;

/**
 * What the buttons do, by their value. Those that return a step lead to it. The others sign in, which the SDK tells
 * its listeners, or leave the page. They throw what the SDK throws.
 */
const actions = {
  'send-link': async ({ magicLinks }, field) => {
    const email = field('email');
    await magicLinks.email.loginOrCreate(email, {
      login_magic_link_url: callbackUrl,
      signup_magic_link_url: callbackUrl,
    });
    return { name: 'link-sent', email };
  },

  'send-code': async ({ otps }, field) => {
    const email = field('email');
    const { method_id } = await otps.email.loginOrCreate(email, { expiration_minutes: 10 });
    return { name: 'code', email, methodId: method_id };
  },

  'sign-in-with-code': async ({ otps }, field) => {
    await otps.authenticate(field('code').trim(), field('methodId'), { session_duration_minutes });
    return undefined;
  },

  'sign-in-with-password': async ({ passwords }, field) => {
    await passwords.authenticate({
      email: field('email'),
      password: field('password'),
      session_duration_minutes,
    });
    return undefined;
  },

  'create-account': async ({ passwords }, field) => {
    await passwords.create({ email: field('email'), password: field('password'), session_duration_minutes });
    return undefined;
  },

  'send-reset-link': async ({ passwords }, field) => {
    const email = field('email');
    await passwords.resetByEmailStart({
      email,
      login_redirect_url: callbackUrl,
      reset_password_redirect_url: callbackUrl,
    });
    return { name: 'link-sent', email };
  },

  'set-password': async ({ passwords }, field) => {
    await passwords.resetByEmail({
      token: field('token'),
      password: field('password'),
      session_duration_minutes,
    });
    return undefined;
  },

  'continue-with-google': async ({ oauth }) => {
    await oauth.google.start({ login_redirect_url: callbackUrl, signup_redirect_url: callbackUrl });
    return undefined;
  },
} satisfies Record<string, Action>;

/** Does what the value of a button says, with the form that it has submitted. */
export function act(stytch: Stytch, button: string, form: HTMLFormElement): Promise<Step | undefined> {
  const data = new FormData(form);
  return (actions as Record<string, Action>)[button]!(stytch, (name) => data.get(name) as string);
}

/**
 * Completes what a link or a provider brought back to this page, and clears the address bar: the token must not stay
 * in the history. Throws what the SDK throws, or what the provider reported.
 */
export async function completeSignIn(stytch: Stytch): Promise<Step> {
  const { search, pathname } = location;
  if (pathname !== new URL(callbackUrl).pathname) return { name: 'start' };
  const query = new URLSearchParams(search);
  const parsed = stytch.parseAuthenticateUrl();
  try {
    if (query.get('error') !== null) throw new Error(query.get('error_description') ?? 'The sign-in failed.');
    if (parsed?.tokenType === 'reset_password') return { name: 'new-password', token: parsed.token };
    await stytch.authenticateByUrl({ session_duration_minutes });
    return { name: 'start' };
  } finally {
    history.replaceState(undefined, '', '/');
  }
}
