import type { ConfirmPage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { renderForm } from './form.js';
import { html } from './html.js';

/** Asks for confirmation before a link that works in any browser is used, or for a new password. */
export function renderConfirmPage({ form, tokenType, signedInAs }: ConfirmPage): string {
  if (tokenType === 'reset_password') return renderNewPasswordPage(form);
  const consequence =
    signedInAs === undefined
      ? html`<p>Continue to sign in with the link from your email.</p>`
      : html`<p>
          You're currently signed in as <strong>${signedInAs}</strong>. If you continue, you'll be signed out
          and signed in to the account the link was sent to.
        </p>`;
  return renderDocument(
    'Sign in with this browser?',
    html`${consequence}
      <p>If you didn't expect this email, close this page. The link hasn't been used.</p>
      ${renderForm(form, { id: 'confirm', hasFocus: true })}`,
  );
}

const renderNewPasswordPage = (form: ConfirmPage['form']): string =>
  renderDocument('Choose a new password', renderForm(form, { id: 'confirm', hasFocus: true }));
