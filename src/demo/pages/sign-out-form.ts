import { html, type Html } from './html.js';

/** A form, because a link could be prefetched by the browser or followed from another site. */
export const signOutForm = (action: string): Html =>
  html`<form method="post" action="${action}">
    <button class="button plain">Sign out</button>
  </form>`;
