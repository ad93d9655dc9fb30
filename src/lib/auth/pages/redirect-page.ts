import type { RedirectPage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { html } from './html.js';

/** Continues at another site at once, or with the link where browsers are told not to refresh. */
export function renderRedirectPage({ url }: RedirectPage): string {
  const refresh = html`<meta http-equiv="refresh" content="0; url=${url}" />`;
  return renderDocument(
    'One moment',
    html`<p>You're being redirected to sign in.</p>
      <a class="button" href="${url}">Continue</a>`,
    refresh,
  );
}
