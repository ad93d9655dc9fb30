import type { LoginPage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { html, type Html } from './html.js';

const problemMessages: Record<NonNullable<LoginPage['problem']>, Html> = {
  email_missing: html`Enter your email address.`,
  email_invalid: html`This doesn't look like an email address.`,
};

/** The form that asks for an email address. */
export function renderLoginPage({ action, returnTo, email, problem }: LoginPage): string {
  const invalidAttributes = problem && html` aria-invalid="true" aria-describedby="problem"`;
  const problemMessage =
    problem && html`<p class="problem" id="problem" role="alert">${problemMessages[problem]}</p>`;
  return renderDocument(
    // Screen readers announce the title first, so it mentions the problem.
    problem === undefined ? 'Sign in' : 'Check your email address',
    html`<form method="post" action="${action}">
      <label for="email">Email address</label>
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
      ${problemMessage}
      <input type="hidden" name="return_to" value="${returnTo}" />
      <button>Send me a sign-in link</button>
    </form>`,
  );
}
