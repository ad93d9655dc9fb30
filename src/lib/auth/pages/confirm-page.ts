import type { ConfirmPage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { html } from './html.js';

/** Asks before a link that works in any browser is used: opening it alone signs nobody in. */
export function renderConfirmPage({ action, token, nonce, signedInAs }: ConfirmPage): string {
  const consequence =
    signedInAs === undefined
      ? html`<p>Continue to sign in to this browser with the link from your mail.</p>`
      : html`<p>
          This browser is signed in as <strong>${signedInAs}</strong>. Continuing ends that and signs in
          whoever the link was sent to.
        </p>`;
  return renderDocument(
    'Sign in here?',
    html`${consequence}
      <p>If you did not ask for this link, close the page: nothing has happened yet.</p>
      <form method="post" action="${action}">
        <input type="hidden" name="token" value="${token}" />
        <input type="hidden" name="nonce" value="${nonce}" />
        <button>Sign in</button>
      </form>`,
  );
}
