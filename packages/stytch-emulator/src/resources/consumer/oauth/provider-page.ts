import { type Context } from 'hono';
import { page } from '../../../mailbox/page.js';
import { type EmulatorEnv } from '../../../wire/env.js';
import { escapeHtml } from '../../../wire/html.js';
import { isEmailAddress } from '../../email-address.js';
import { oauthProviders } from '../../oauth/oauth-provider.js';
import { type OAuthContext } from './oauth-context.js';
import { deny, grant } from './grant.js';
import { type OAuthStart, readStart } from './oauth-start.js';
import { providerStylePath } from './provider-page.style.js';

const maxListedAccounts = 50;

/** The page that stands in for the provider: the user chooses an account. */
export function providerPage(c: Context<EmulatorEnv>, context: OAuthContext): Response {
  return renderPage(c, context, readStartOf(c, context));
}

/**
 * The choice on the page, which tests can also send themselves: `email` with the address of the account, or
 * `account=without-email`, or `deny=true`. Redirects to the application.
 */
export function choose(c: Context<EmulatorEnv>, context: OAuthContext): Response {
  const start = readStartOf(c, context);
  const form = new URLSearchParams(c.get('body'));
  const email = form.get('email')?.trim();
  if (form.get('deny') === 'true') return redirectToApplication(c, deny(start));
  if (form.get('account') === 'without-email') return redirectToApplication(c, grant(context, start, null));
  if (email === undefined || !isEmailAddress(email)) {
    return renderPage(c, context, start, 'Choose an account, or enter an email address.');
  }
  return redirectToApplication(c, grant(context, start, email));
}

function readStartOf(c: Context<EmulatorEnv>, context: OAuthContext): OAuthStart {
  return readStart(context, c.req.query('provider') ?? '', (name) => c.req.query(name));
}

function redirectToApplication(c: Context<EmulatorEnv>, url: string): Response {
  c.header('cache-control', 'no-store');
  c.header('referrer-policy', 'no-referrer');
  return c.redirect(url, 303);
}

function renderPage(
  c: Context<EmulatorEnv>,
  { users }: OAuthContext,
  start: OAuthStart,
  problem?: string,
): Response {
  const { label } = oauthProviders[start.provider];
  const addresses = users.all().flatMap(({ emails }) => emails.map(({ address }) => address));
  const application = new URL(start.loginRedirectUrl).host;
  return page(c, problem === undefined ? 200 : 400, {
    title: `Sign in with ${label} (Stytch emulator)`,
    head: `<link rel="stylesheet" href="${providerStylePath}">\n`,
    // Chromium applies form-action to all redirects that follow, to the application and from there to any other origin.
    formAction: 'http: https:',
    main: `<div class="provider">
<p class="tag">Stytch emulator</p>
<h1>Sign in with ${label}</h1>
<p class="quiet">This page stands in for ${label}. Choose an account to continue to <strong>${escapeHtml(application)}</strong>.</p>
${problem === undefined ? '' : `<p class="problem" role="alert">${problem}</p>`}
<form method="post"><ul class="accounts">
${addresses.slice(0, maxListedAccounts).map(accountItem).join('\n')}
<li><button name="account" value="without-email"><span class="initial" aria-hidden="true">–</span><span>An account without an email address</span></button></li>
</ul></form>
<form method="post" class="other">
<label for="email">Another account</label>
<div class="field"><input id="email" name="email" type="email" autocomplete="off" placeholder="name@example.com" required value="${escapeHtml(c.req.query('provider_login_hint') ?? '')}"><button class="button">Continue</button></div>
</form>
<form method="post"><button class="button plain" name="deny" value="true">Deny</button></form>
${requestDetails(start, c.req.query())}
</div>`,
  });
}

function accountItem(address: string): string {
  const text = escapeHtml(address);
  return `<li><button name="email" value="${text}"><span class="initial" aria-hidden="true">${escapeHtml(address.charAt(0).toUpperCase())}</span><span>${text}</span></button></li>`;
}

function requestDetails({ scopes, attachToken }: OAuthStart, query: Record<string, string>): string {
  const passedOn = Object.entries(query).filter(([name]) => name.startsWith('provider_'));
  const rows = [
    ['Scopes', scopes.join(' ')],
    ...passedOn.map(([name, value]) => [name.slice('provider_'.length), value]),
    ...(attachToken ? [['Attached to', attachToken.userId]] : []),
  ];
  const items = rows.map(
    ([label = '', text = '']) =>
      `<div><dt>${escapeHtml(label)}</dt><dd><code>${escapeHtml(text)}</code></dd></div>`,
  );
  return `<details><summary>Request</summary><dl>${items.join('')}</dl></details>`;
}
