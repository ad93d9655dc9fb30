import type { SentPage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { formatDuration } from './format-duration.js';
import { html } from './html.js';

/** Shown after a link was requested. Does not reveal whether an account exists. */
export function renderSentPage({ loginPath, expiresInMinutes, binding }: SentPage): string {
  const browser = binding === 'same-browser' ? ' in this browser' : '';
  const instruction = `Open the link${browser} within ${formatDuration(expiresInMinutes)}.`;
  return renderDocument(
    'Check your email',
    html`<p>If your address can be used to sign in, we've sent you a link. ${instruction}</p>
      <p>Didn't get it? Check your spam folder.</p>
      ${loginPath && html`<a class="button quiet" href="${loginPath}">Use another email address</a>`}`,
  );
}
