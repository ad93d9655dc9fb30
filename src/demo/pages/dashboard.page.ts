import { type AuthenticationFactor, type UserSession } from 'nestjs-stytch';
import { signOutForm } from './home.page.js';
import { html, type Html } from './html.js';
import { page } from './layout.js';
import { person } from './person.js';
import { absoluteTime, relativeAndAbsoluteTime } from './time.js';

/** Shows the session that the protected handler received. */
export function dashboardPage(session: UserSession, now: Date): string {
  const { startedAt, expiresAt, userId, sessionId, authenticationFactors } = session;
  return page(
    'Dashboard',
    html`${person(session)}
      <dl class="session">
        ${row('Started', relativeAndAbsoluteTime(startedAt, now))}
        ${row('Expires', relativeAndAbsoluteTime(expiresAt, now))}
        ${row('Signed in with', html`${authenticationFactors.map(factor)}`)}
        ${row('User', html`<code>${userId}</code>`)} ${row('Session', html`<code>${sessionId}</code>`)}
      </dl>
      <details>
        <summary>The value of <code>@CurrentSession()</code></summary>
        <pre tabindex="0" role="region" aria-label="The session as JSON">
${JSON.stringify(session, null, 2)}</pre>
      </details>
      ${setPassword}
      <div class="actions beside">
        <a class="button plain" href="/">Home</a>
        ${signOutForm}
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

const row = (name: string, value: Html) =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

function factor({ type, deliveryMethod, lastAuthenticatedAt }: AuthenticationFactor): Html {
  const name = wordsOf(type);
  return html`<div>
    ${name.charAt(0).toUpperCase() + name.slice(1)}
    ${deliveryMethod === undefined ? '' : `by ${wordsOf(deliveryMethod)}`}
    <span class="quiet">${lastAuthenticatedAt === undefined ? '' : absoluteTime(lastAuthenticatedAt)}</span>
  </div>`;
}

const wordsOf = (name: string) => name.replaceAll('_', ' ');
