import { type Context } from 'hono';
import { page } from '../../mailbox/page.js';
import { type EmulatorEnv } from '../../wire/env.js';
import { escapeHtml } from '../../wire/html.js';
import { isEmailAddress } from '../email-address.js';
import { type Resource } from '../resource.js';
import { providerPageStyle, providerStylePath } from './provider-page.style.js';

export const providerPath = '/__emulator/oauth/provider';

const maxListedAccounts = 50;

/** An OAuth flow that waits for the choice of an account. */
export interface ProviderFlow {
  /** The name of the provider. */
  readonly label: string;
  /** Where the flow returns to. */
  readonly redirectUrl: string;
  /** The addresses of the accounts that are offered. */
  readonly addresses: readonly string[];
  readonly offersAccountWithoutEmail: boolean;
  /** Whether the account may belong to a workspace. */
  readonly offersTenant: boolean;
  /** What the application has requested: label and text. */
  readonly details: readonly (readonly [label: string, text: string])[];
  /** The URL of the application after the choice of an account, with a token. */
  grant(account: ProviderAccount): string;
  /** The URL of the application after the access was denied. */
  deny(): string;
}

export interface ProviderAccount {
  /** Verified by the provider; null for an account without an address. */
  readonly email: string | null;
  /** The workspace that the account belongs to. */
  readonly tenantId: string | undefined;
}

/**
 * The page that stands in for the provider: the person chooses an account. Tests can also send the choice themselves:
 * `email` with the address of the account and, for some providers, `tenant` with its workspace, or
 * `account=without-email`, or `deny=true`.
 */
export function providerPages(
  flowOf: (query: (name: string) => string | undefined) => ProviderFlow,
): NonNullable<Resource['pages']> {
  const read = (c: Context<EmulatorEnv>) => flowOf((name) => c.req.query(name));
  return {
    [`GET ${providerPath}`]: (c) => renderPage(c, read(c)),
    [`POST ${providerPath}`]: (c) => choose(c, read(c)),
    [`GET ${providerStylePath}`]: (c) =>
      c.body(providerPageStyle, 200, { 'content-type': 'text/css; charset=utf-8' }),
  };
}

function choose(c: Context<EmulatorEnv>, flow: ProviderFlow): Response {
  const form = new URLSearchParams(c.get('body'));
  const email = form.get('email')?.trim();
  if (form.get('deny') === 'true') return redirectToApplication(c, flow.deny());
  if (flow.offersAccountWithoutEmail && form.get('account') === 'without-email') {
    return redirectToApplication(c, flow.grant({ email: null, tenantId: undefined }));
  }
  if (email === undefined || !isEmailAddress(email)) {
    return renderPage(c, flow, 'Choose an account, or enter an email address.');
  }
  return redirectToApplication(c, flow.grant({ email, tenantId: readTenant(flow, form) }));
}

function readTenant({ offersTenant }: ProviderFlow, form: URLSearchParams): string | undefined {
  const tenant = form.get('tenant')?.trim() ?? '';
  return offersTenant && tenant !== '' ? tenant : undefined;
}

function redirectToApplication(c: Context<EmulatorEnv>, url: string): Response {
  c.header('cache-control', 'no-store');
  c.header('referrer-policy', 'no-referrer');
  return c.redirect(url, 303);
}

function renderPage(c: Context<EmulatorEnv>, flow: ProviderFlow, problem?: string): Response {
  const { label } = flow;
  return page(c, problem === undefined ? 200 : 400, {
    title: `Sign in with ${label} (Stytch emulator)`,
    head: `<link rel="stylesheet" href="${providerStylePath}">\n`,
    // Chromium applies form-action to all redirects that follow, to the application and from there to any other origin.
    formAction: 'http: https:',
    main: `<div class="provider">
<p class="tag">Stytch emulator</p>
<h1>Sign in with ${label}</h1>
<p class="quiet">This page stands in for ${label}. Choose an account to continue to <strong>${escapeHtml(new URL(flow.redirectUrl).host)}</strong>.</p>
${problem === undefined ? '' : `<p class="problem" role="alert">${problem}</p>`}
${accountList(flow)}
${otherAccount(flow, c.req.query('provider_login_hint') ?? '')}
<form method="post"><button class="button plain" name="deny" value="true">Deny</button></form>
${requestDetails(flow, c.req.query())}
</div>`,
  });
}

function accountList({ addresses, offersAccountWithoutEmail }: ProviderFlow): string {
  const items = [
    ...addresses.slice(0, maxListedAccounts).map(accountItem),
    ...(offersAccountWithoutEmail
      ? [
          '<li><button name="account" value="without-email"><span class="initial" aria-hidden="true">–</span><span>An account without an email address</span></button></li>',
        ]
      : []),
  ];
  return items.length === 0
    ? ''
    : `<form method="post"><ul class="accounts">
${items.join('\n')}
</ul></form>`;
}

function accountItem(address: string): string {
  const text = escapeHtml(address);
  return `<li><button name="email" value="${text}"><span class="initial" aria-hidden="true">${escapeHtml(address.charAt(0).toUpperCase())}</span><span>${text}</span></button></li>`;
}

function otherAccount({ offersTenant }: ProviderFlow, loginHint: string): string {
  const button = '<button class="button">Continue</button>';
  const email = `<input id="email" name="email" type="email" autocomplete="off" placeholder="name@example.com" required value="${escapeHtml(loginHint)}">`;
  return `<form method="post" class="other">
<label for="email">Another account</label>
<div class="field">${email}${offersTenant ? '' : button}</div>
${
  offersTenant
    ? `<label for="tenant">Id of its workspace (optional)</label>
<div class="field"><input id="tenant" name="tenant" autocomplete="off">${button}</div>`
    : ''
}</form>`;
}

function requestDetails({ details }: ProviderFlow, query: Record<string, string>): string {
  const passedOn = Object.entries(query)
    .filter(([name]) => name.startsWith('provider_'))
    .map(([name, value]) => [name.slice('provider_'.length), value] as const);
  const items = [...details, ...passedOn].map(
    ([label, text]) => `<div><dt>${escapeHtml(label)}</dt><dd><code>${escapeHtml(text)}</code></dd></div>`,
  );
  return `<details><summary>Request</summary><dl>${items.join('')}</dl></details>`;
}
