import { type UserSession } from 'nestjs-stytch';
import { html, type Html } from './html.js';
import { page } from './layout.js';
import { person } from './person.js';

/** The form that asks for a link. The package checks the return address, not this page. */
export function loginPage(returnTo: unknown): string {
  const isOnTheWay = typeof returnTo === 'string';
  return page(
    'Sign in',
    html`<h1>Sign in</h1>
      <p class="quiet">
        ${isOnTheWay ? 'That page is for people who are signed in. ' : ''}Enter your e-mail address, and a
        link arrives that signs you in. There is no password.
      </p>
      <form method="post" action="/login">
        <label for="email">E-mail address</label>
        <input id="email" name="email" type="email" autocomplete="email" required />
        ${isOnTheWay ? html`<input type="hidden" name="return_to" value="${returnTo}" />` : undefined}
        <button class="button">Send me a link</button>
      </form>`,
  );
}

export function welcomeBackPage(session: UserSession): string {
  return page(
    'Welcome back',
    html`${person(session)}
      <div class="actions">
        <a class="button" href="/dashboard">Go to the dashboard</a>
        ${signOutForm}
      </div>`,
  );
}

/** A form, not a link: a link could be followed by a prefetching browser or from another site. */
export const signOutForm: Html = html`<form method="post" action="/logout">
  <button class="button plain">Sign out</button>
</form>`;
