import { type UserSession } from 'nestjs-stytch';
import { html } from './html.js';
import { page } from './layout.js';
import { person } from './person.js';
import { signOutForm } from './sign-out-form.js';

/**
 * The form that requests a link, and a link to the library's page with all methods. The library validates
 * the return address, not this page.
 */
export function loginPage(returnTo: unknown, inboxUrl: string | undefined): string {
  const hasReturnTo = typeof returnTo === 'string';
  const query = hasReturnTo ? `?${new URLSearchParams({ return_to: returnTo }).toString()}` : '';
  return page(
    'Sign in',
    html`<h1>Sign in</h1>
      <p class="quiet">
        ${hasReturnTo ? 'Sign in to see that page. ' : ''}Enter your email address and we'll send you a link
        to sign in. No password needed.
      </p>
      <form method="post" action="/login">
        <label for="email">Email address</label>
        <input id="email" name="email" type="email" autocomplete="email" required />
        ${hasReturnTo ? html`<input type="hidden" name="return_to" value="${returnTo}" />` : undefined}
        <button class="button">Send me a link</button>
      </form>
      <div class="actions">
        <a class="button plain" href="/login${query}">More ways to sign in</a>
      </div>
      ${
        inboxUrl === undefined
          ? undefined
          : html`<p class="note">Links and codes arrive in the <a href="${inboxUrl}">inbox</a>.</p>`
      }`,
  );
}

export function welcomeBackPage(session: UserSession): string {
  return page(
    'Welcome back',
    html`${person(session)}
      <div class="actions">
        <a class="button" href="/dashboard">Go to the dashboard</a>
        ${signOutForm('/logout')}
      </div>`,
  );
}
