import { type MemberSession } from 'nestjs-stytch';
import { html } from '../../pages/html.js';
import { page } from '../../pages/layout.js';
import { signOutForm } from '../../pages/sign-out-form.js';
import { memberHeading } from './member-heading.js';

/** @param inboxUrl undefined if Stytch sends the emails, and has no example organizations */
export function signedOutPage(inboxUrl: string | undefined): string {
  return page(
    'Sign in',
    html`<h1>Sign in to your organization</h1>
      <p class="quiet">Confirm your email address, then choose your organization or create one.</p>
      <div class="actions">
        <a class="button" href="/auth/login">Sign in</a>
        ${
          inboxUrl === undefined
            ? undefined
            : html`<a class="button plain" href="/auth/login?org=acme">Sign in to Acme</a>`
        }
      </div>
      ${
        inboxUrl === undefined
          ? undefined
          : html`<p class="note">
              <strong>ada@example.com</strong> is an admin of Acme and a member of Globex. Links and codes
              arrive in the <a href="${inboxUrl}">inbox</a>.
            </p>`
      }`,
  );
}

export function welcomeBackPage(session: MemberSession): string {
  return page(
    'Welcome back',
    html`${memberHeading(session)}
      <div class="actions">
        <a class="button" href="/dashboard">Go to ${session.organization.slug}</a>
        ${signOutForm('/auth/logout')}
      </div>`,
  );
}
