import { html } from './html.js';
import { page } from './layout.js';

/** Shown after a link was requested. The same for every address, so it does not reveal who has an account. */
export function checkYourInboxPage(inboxUrl: string | undefined): string {
  return page(
    'Check your inbox',
    html`<h1>Check your inbox</h1>
      <p class="quiet">We've emailed you a link. Open it in this browser soon: links don't work for long.</p>
      <div class="actions">
        ${inboxUrl === undefined ? undefined : html`<a class="button" href="${inboxUrl}">Open the inbox</a>`}
        <a class="button plain" href="/">Use another address</a>
      </div>`,
  );
}
