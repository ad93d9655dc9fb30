import { type UserSession } from 'nestjs-stytch';
import { html, type Html } from './html.js';
import { page } from './layout.js';
import { person } from './person.js';
import { row, sessionDetails, sessionJson } from './session-details.js';
import { signOutForm } from './sign-out-form.js';

/** Shows the session that the protected handler received. */
export function dashboardPage(
  session: UserSession,
  { now, instance }: { now: Date; instance: string | undefined },
): string {
  const rows = [
    row('User', html`<code>${session.userId}</code>`),
    ...(instance === undefined ? [] : [row('Served by', html`${instance}`)]),
  ];
  return page(
    'Dashboard',
    html`${person(session)} ${sessionDetails(session, rows, now)} ${sessionJson(session)} ${setPassword}
      <div class="actions beside">
        <a class="button plain" href="/">Home</a>
        ${signOutForm('/logout')}
      </div>`,
  );
}

/** Stytch requires that the person signed in by email in the last minutes. */
const setPassword: Html = html`<details class="set-password">
  <summary>Set a password</summary>
  <form method="post" action="/login/set-password/start">
    <label for="password">New password</label>
    <input id="password" name="password" type="password" autocomplete="new-password" required />
    <input type="hidden" name="return_to" value="/dashboard" />
    <button class="button plain">Save password</button>
  </form>
</details>`;
