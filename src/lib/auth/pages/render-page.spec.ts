import { refusalDefinitions, type RefusalCode } from '../../errors/refusal.js';
import type {
  AuthPage,
  CodePage,
  ConfirmPage,
  LoginForm,
  LoginPage,
  NoticePage,
  RedirectPage,
  SentPage,
  SwitchPage,
} from '../../ports/page-renderer.js';
import { renderPage } from './render-page.js';

const emailForm = {
  method: 'magic-link',
  action: '/auth/login',
  fields: [{ name: 'email', type: 'email', label: 'Email address' }],
  hidden: { return_to: '/orders' },
  button: 'Send me a sign-in link',
} satisfies LoginForm;
const login: LoginPage = { name: 'login', forms: [emailForm], links: [] };
/** The login page after a wrong address was submitted. */
const loginAgain = (value: string, code: RefusalCode = 'email_invalid'): LoginPage => ({
  ...login,
  forms: [
    {
      ...emailForm,
      fields: [
        {
          name: 'email',
          type: 'email',
          label: 'Email address',
          value,
          problem: { code, message: refusalDefinitions[code].message },
        },
      ],
    },
  ],
});
const codeForm = { name: 'code', type: 'code', label: 'Code' } as const;
const code: CodePage = {
  name: 'code',
  method: 'email-otp',
  form: { action: '/auth/login/email-otp/finish', fields: [codeForm], hidden: {}, button: 'Sign in' },
  recipient: 'ada@example.com',
  expiresInMinutes: 2,
  resend: {
    form: {
      action: '/auth/login/email-otp/start',
      fields: [],
      hidden: { email: 'ada@example.com' },
      button: 'Send another code',
    },
    waitSeconds: 30,
  },
};
const redirect: RedirectPage = { name: 'redirect', url: 'https://provider.example/authorize?a=1&b=2' };
const sent: SentPage = { name: 'sent', expiresInMinutes: 60, binding: 'same-browser' };
const confirm: ConfirmPage = {
  name: 'confirm',
  method: 'magic-link',
  tokenType: 'magic_links',
  form: {
    action: '/auth/authenticate',
    fields: [],
    hidden: { token: 'token-1', stytch_token_type: 'magic_links', nonce: 'nonce-1' },
    button: 'Sign in',
  },
};
const notice = (code: RefusalCode): NoticePage => ({
  name: 'notice',
  code,
  message: refusalDefinitions[code].message,
});

/** The markup within `<main>`, with each run of whitespace as one space. */
const mainOf = (page: AuthPage) =>
  /<main>(.*)<\/main>/.exec(renderPage(page).replace(/\s+/g, ' '))?.[1]?.trim();
const titleOf = (page: AuthPage) => /<title>(.*)<\/title>/.exec(renderPage(page))?.[1];

describe('the login page', () => {
  it('asks for an email address', () => {
    expect(titleOf(login)).toBe('Sign in');
    expect(mainOf(login)).toBe(
      '<h1>Sign in</h1> <form method="post" action="/auth/login">' +
        ' <input type="hidden" name="return_to" value="/orders" />' +
        ' <label for="magic-link-email">Email address</label>' +
        ' <input id="magic-link-email" name="email" type="email" autocomplete="email" required autofocus value="" />' +
        ' <button>Send me a sign-in link</button> </form>',
    );
  });

  it('shows a problem in the title and next to the submitted value', () => {
    const page = loginAgain('ada@');

    expect(titleOf(page)).toBe('Check your email address');
    expect(mainOf(page)).toContain(
      ' required autofocus value="ada@" aria-invalid="true" aria-describedby="magic-link-email-problem" />' +
        ` <p class="problem" id="magic-link-email-problem" role="alert">This doesn&#39;t look like an email address.</p>`,
    );
  });

  it('shows every method, and a button for each choice', () => {
    const choices = [
      { value: 'google', label: 'Continue with Google' },
      { value: 'github', label: 'Continue with GitHub' },
    ];
    const oauth: LoginForm = {
      method: 'oauth',
      action: '/auth/login/oauth/start',
      fields: [{ name: 'provider', type: 'choice', choices }],
      hidden: { return_to: '/orders' },
      button: '',
    };

    const main = mainOf({ ...login, forms: [emailForm, oauth] });

    expect(main).toContain(
      '</form> <p class="or">or</p> <form method="post" action="/auth/login/oauth/start">' +
        ' <input type="hidden" name="return_to" value="/orders" />' +
        ' <button class="quiet" name="provider" value="google">Continue with Google</button>' +
        ' <button class="quiet" name="provider" value="github">Continue with GitHub</button> </form>',
    );
    expect(main?.match(/autofocus/g)).toHaveLength(1);
  });
});

describe('the code page', () => {
  const resend =
    ' <form method="post" action="/auth/login/email-otp/start">' +
    ' <input type="hidden" name="email" value="ada@example.com" />' +
    ' <button class="quiet">Send another code</button> </form>';

  it('asks for the code, and says how long to wait for another one', () => {
    expect(titleOf(code)).toBe('Enter your code');
    expect(mainOf({ ...code, loginPath: '/auth/login' })).toBe(
      '<h1>Enter your code</h1>' +
        " <p> If <strong>ada@example.com</strong> can be used to sign in, we've sent a code there." +
        ' It expires after 2 minutes. </p>' +
        ' <form method="post" action="/auth/login/email-otp/finish">' +
        ' <label for="code-code">Code</label>' +
        ' <input id="code-code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code"' +
        ' maxlength="20" required autofocus value="" />' +
        ' <button>Sign in</button> </form>' +
        ' <div class="resend">' +
        ' <p class="wait"> You can request another code in <span class="left"><span>30 seconds</span></span> </p>' +
        `${resend} </div>` +
        ' <p class="after"><a href="/auth/login">Sign in another way</a></p>',
    );
  });

  it('hides the button for another code with an animation as long as the wait', () => {
    const document = renderPage({ ...code, resend: { ...code.resend, waitSeconds: 12 } });

    expect(document).toContain('.resend > form { animation: hide 12s; }');
    expect(document).toContain(
      '.wait { visibility: hidden; margin: auto; padding-top: 1.25rem; animation: show 12s; }',
    );
    expect(document).toContain('@keyframes count { from { --left: 12; } to { --left: 0; } }');
  });

  it('shows the button for another code at once if the person has waited', () => {
    const page = { ...code, resend: { ...code.resend, waitSeconds: 0 } };

    expect(mainOf(page)).toContain(`<div class="resend">${resend} </div>`);
    expect(renderPage(page)).not.toContain('animation');
  });

  it('shows a wrong code in the title and next to the field, which stays empty', () => {
    const message = 'This code is incorrect or has expired.';
    const wrong = { ...codeForm, problem: { code: 'code_incorrect', message } } as const;
    const page = { ...code, form: { ...code.form, fields: [wrong] } };

    expect(titleOf(page)).toBe('Check the code');
    expect(mainOf(page)).toContain(
      ' required autofocus value="" aria-invalid="true" aria-describedby="code-code-problem" />' +
        ` <p class="problem" id="code-code-problem" role="alert">${message}</p>`,
    );
  });
});

describe('the page with one method', () => {
  const page: LoginPage = {
    ...login,
    title: 'Choose a new password',
    links: [{ text: 'Sign in another way', path: '/auth/login' }],
  };

  it('has the title of the method and a way back', () => {
    expect(titleOf(page)).toBe('Choose a new password');
    expect(mainOf(page)).toMatch(
      /<\/form> <ul class="others"> <li><a href="\/auth\/login">Sign in another way<\/a><\/li> <\/ul>$/,
    );
  });

  it('shows a problem in the title', () => {
    expect(titleOf({ ...page, forms: loginAgain('ada@').forms })).toBe('Check your email address');
  });
});

describe('the page that redirects to a provider', () => {
  it('continues at once, and has a link', () => {
    const document = renderPage(redirect);

    expect(document).toContain(
      '<meta http-equiv="refresh" content="0; url=https://provider.example/authorize?a=1&amp;b=2" />',
    );
    expect(mainOf(redirect)).toContain('href="https://provider.example/authorize?a=1&amp;b=2">Continue</a>');
  });
});

describe('the page after a link was requested', () => {
  it('does not reveal whether the account exists', () => {
    expect(titleOf(sent)).toBe('Check your email');
    expect(mainOf(sent)).toBe(
      '<h1>Check your email</h1>' +
        " <p>If your address can be used to sign in, we've sent you a link." +
        ' Open the link in this browser within an hour.</p>' +
        " <p>Didn't get it? Check your spam folder.</p>",
    );
  });

  it.each([
    ['same-browser', 60, 'Open the link in this browser within an hour.'],
    ['any-browser', 60, 'Open the link within an hour.'],
    ['same-browser', 15, 'Open the link in this browser within 15 minutes.'],
    ['any-browser', 90, 'Open the link within 90 minutes.'],
    ['any-browser', 1440, 'Open the link within 24 hours.'],
  ] as const)('explains a link for %s that expires after %d minutes', (binding, expiresInMinutes, text) => {
    expect(mainOf({ ...sent, binding, expiresInMinutes })).toContain(`we've sent you a link. ${text}</p>`);
  });

  it('links to the login page', () => {
    expect(mainOf({ ...sent, loginPath: '/auth/login' })).toMatch(
      / <a class="button quiet" href="\/auth\/login">Use another email address<\/a>$/,
    );
  });
});

describe('the confirm page', () => {
  it('asks for confirmation with the token and the nonce in hidden fields', () => {
    expect(titleOf(confirm)).toBe('Sign in with this browser?');
    expect(mainOf(confirm)).toBe(
      '<h1>Sign in with this browser?</h1>' +
        ' <p>Continue to sign in with the link from your email.</p>' +
        " <p>If you didn't expect this email, close this page. The link hasn't been used.</p>" +
        ' <form method="post" action="/auth/authenticate">' +
        ' <input type="hidden" name="token" value="token-1" />' +
        ' <input type="hidden" name="stytch_token_type" value="magic_links" />' +
        ' <input type="hidden" name="nonce" value="nonce-1" />' +
        ' <button>Sign in</button> </form>',
    );
  });

  it('says which session a sign-in replaces', () => {
    expect(mainOf({ ...confirm, signedInAs: 'ada@example.com' })).toContain(
      "<p> You're currently signed in as <strong>ada@example.com</strong>. If you continue, you'll be signed" +
        ' out and signed in to the account the link was sent to. </p>',
    );
  });
});

describe('the page that offers to switch to an organization', () => {
  const page: SwitchPage = {
    name: 'switch',
    organization: 'acme<b>',
    form: {
      action: '/auth/switch',
      fields: [],
      hidden: { organization: 'acme<b>', return_to: '/acme/orders' },
      button: 'Switch',
    },
  };

  it('posts the organization and the return address', () => {
    expect(titleOf(page)).toBe('Switch organization?');
    expect(mainOf(page)).toBe(
      '<h1>Switch organization?</h1>' +
        " <p> This page belongs to the organization <strong>acme&lt;b&gt;</strong>, and you're signed in to" +
        ' another one. </p>' +
        " <p>If you don't want to switch, close this page. You stay signed in where you are.</p>" +
        ' <form method="post" action="/auth/switch">' +
        ' <input type="hidden" name="organization" value="acme&lt;b&gt;" />' +
        ' <input type="hidden" name="return_to" value="/acme/orders" />' +
        ' <button>Switch</button> </form>',
    );
  });
});

describe('a notice', () => {
  it.each<[RefusalCode, title: string, text: string]>([
    [
      'link_for_another_browser',
      'Open the link in the browser you started with',
      'For your security, this link only works in the browser where you requested it.' +
        " It hasn't been used: open it there, or request a new link in this browser.",
    ],
    [
      'link_not_confirmed',
      'Open the link again',
      "This confirmation has expired or was started in another browser. Your link hasn't been used.",
    ],
    [
      'link_used_or_expired',
      'This link no longer works',
      'It has expired or was already used. Please request a new link.',
    ],
    [
      'link_invalid',
      'This link is incomplete',
      'Part of it may be missing. Open it again from your email, or request a new link.',
    ],
    [
      'sign_in_not_started',
      'Please start again',
      'This sign-in has expired or was started in another browser.',
    ],
    [
      'factor_not_added',
      'Please start again',
      'In the meantime, you were signed out or signed in as somebody else, or this was for another account.',
    ],
    [
      'sign_in_refused',
      'No access to this application',
      "You proved who you are, but this account doesn't have access to this application.",
    ],
    [
      'oauth_denied',
      'Sign-in canceled',
      "You didn't allow access to your account. To sign in, start again and allow it, or sign in another way.",
    ],
    [
      'oauth_failed',
      'Sign-in failed',
      "The sign-in with this provider didn't work. Please start again. If it fails once more, sign in another way.",
    ],
    [
      'oauth_email_missing',
      'Your email address is missing',
      "The provider didn't confirm an email address of this account. Verify your address there and allow access" +
        ' to it, or sign in another way.',
    ],
    [
      'step_up_required',
      'Please sign in again',
      'For your security, this requires that you have signed in a moment ago.',
    ],
    [
      'stytch_unavailable',
      'Temporarily unavailable',
      "We couldn't complete your request right now. Please try again in a minute." +
        ' If a sign-in link no longer works then, request a new one.',
    ],
    [
      'clock_skew',
      'Temporarily unavailable',
      'Something is misconfigured on our side. Please try again later.',
    ],
    [
      'rate_limited',
      'Please try again later',
      'Too many sign-in attempts. Please wait a few minutes. Links you already received still work.',
    ],
    [
      'cross_site_refused',
      'Request blocked',
      'This request came from another site, so we blocked it for your security. Please start again from here.',
    ],
  ])('explains %s to the user', (code, title, text) => {
    expect(titleOf(notice(code))).toBe(title);
    expect(mainOf(notice(code))).toBe(`<h1>${title}</h1> <p>${text}</p>`);
  });

  it('shows the message of a refusal without a separate text', () => {
    const page = notice('session_missing');

    expect(titleOf(page)).toBe('Something went wrong');
    expect(mainOf(page)).toBe('<h1>Something went wrong</h1> <p>Sign in to continue.</p>');
  });

  it('links to the login page', () => {
    expect(mainOf({ ...notice('link_invalid'), loginPath: '/auth/login' })).toMatch(
      / <a class="button" href="\/auth\/login">Go to sign in<\/a>$/,
    );
  });
});

describe('every page', () => {
  const pages: AuthPage[] = [
    login,
    loginAgain('ada@'),
    code,
    { ...sent, loginPath: '/auth/login' },
    confirm,
    { ...confirm, signedInAs: 'ada@example.com' },
    ...(Object.keys(refusalDefinitions) as RefusalCode[]).map(notice),
  ];

  it.each(pages)('is a complete document without scripts and external resources: %j', (page) => {
    const document = renderPage(page);

    expect(document).toMatch(/^<!doctype html>\s*<html lang="en">/);
    expect(document).toContain('<meta charset="utf-8" />');
    expect(document).toContain('<meta name="robots" content="noindex" />');
    expect(document.trim()).toMatch(/<\/html>$/);
    expect(document).not.toMatch(/<script|<link|<img|<iframe|\son[a-z]+\s*=|javascript:|https?:|url\(/i);
  });

  const hostile = `'"><script>alert(1)</script>&`;
  const escaped = '&#39;&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;';

  it.each<[value: string, AuthPage]>([
    ['the action of the login page', { ...login, forms: [{ ...emailForm, action: hostile }] }],
    ['the return address', { ...login, forms: [{ ...emailForm, hidden: { return_to: hostile } }] }],
    ['the submitted email address', loginAgain(hostile)],
    ['the recipient of a code', { ...code, recipient: hostile }],
    ['the login path of the sent page', { ...sent, loginPath: hostile }],
    ['the action of the confirm page', { ...confirm, form: { ...confirm.form, action: hostile } }],
    ['the token', { ...confirm, form: { ...confirm.form, hidden: { token: hostile } } }],
    ['the user who is signed in', { ...confirm, signedInAs: hostile }],
    ['the message of a notice', { ...notice('session_missing'), message: hostile }],
    ['the login path of a notice', { ...notice('link_invalid'), loginPath: hostile }],
  ])('escapes %s', (_, page) => {
    const document = renderPage(page);

    expect(document.split(escaped)).toHaveLength(2);
    expect(document).not.toContain(hostile);
    expect(document).not.toContain('<script');
  });
});
