import { html } from './html.js';
import { page } from './layout.js';

/** After a link was asked for. The same for every address, whether Stytch knows it or not. */
export function checkYourInboxPage(inboxUrl: string | undefined): string {
  return page(
    'Check your inbox',
    html`<h1>Check your inbox</h1>
      <p class="quiet">
        A link is on its way. Open it in this browser within an hour, and you are signed in.
      </p>
      <div class="actions">
        ${inboxUrl === undefined ? undefined : html`<a class="button" href="${inboxUrl}">Open the inbox</a>`}
        <a class="button plain" href="/">Use another address</a>
      </div>`,
  );
}
