import type { LoginPage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { html } from './html.js';

const faults: Record<NonNullable<LoginPage['fault']>, string> = {
  email_missing: 'Enter your e-mail address.',
  email_invalid: 'This does not look like an e-mail address.',
};

/** The form that asks for an address. */
export function renderLoginPage({ action, returnTo, email, fault }: LoginPage): string {
  const marks = fault && html` aria-invalid="true" aria-describedby="fault"`;
  const complaint = fault && html`<p class="wrong" id="fault" role="alert">${faults[fault]}</p>`;
  return renderDocument(
    fault === undefined ? 'Sign in' : 'Sign in: check the address',
    html`<form method="post" action="${action}">
      <label for="email">E-mail address</label>
      <input
        id="email"
        name="email"
        type="email"
        autocomplete="email"
        required
        autofocus
        value="${email ?? ''}"
        ${marks}
      />
      ${complaint}
      <input type="hidden" name="return_to" value="${returnTo}" />
      <button>Send me a sign-in link</button>
    </form>`,
  );
}
