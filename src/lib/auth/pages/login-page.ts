import type { LoginPage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { html } from './html.js';

const problemMessages: Record<NonNullable<LoginPage['problem']>, string> = {
  email_missing: 'Enter your e-mail address.',
  email_invalid: 'This does not look like an e-mail address.',
};

/** The form that asks for an address. */
export function renderLoginPage({ action, returnTo, email, problem }: LoginPage): string {
  const invalidAttributes = problem && html` aria-invalid="true" aria-describedby="fault"`;
  const errorMessage =
    problem && html`<p class="wrong" id="fault" role="alert">${problemMessages[problem]}</p>`;
  return renderDocument(
    problem === undefined ? 'Sign in' : 'Sign in: check the address',
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
        ${invalidAttributes}
      />
      ${errorMessage}
      <input type="hidden" name="return_to" value="${returnTo}" />
      <button>Send me a sign-in link</button>
    </form>`,
  );
}
