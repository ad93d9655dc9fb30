import { type AuthenticationFactor, type UserSession } from 'nestjs-stytch';
import { signOutForm } from './home.page.js';
import { html, type Html } from './html.js';
import { page } from './layout.js';
import { person } from './person.js';
import { exactly, moment } from './moment.js';

/** The session, as the handler of a protected route is handed it. */
export function dashboardPage(session: UserSession, now: Date): string {
  const { startedAt, expiresAt, userId, sessionId, authenticationFactors } = session;
  return page(
    'Dashboard',
    html`${person(session)}
      <dl class="session">
        ${row('Since', moment(startedAt, now))} ${row('Until', moment(expiresAt, now))}
        ${row('Proven by', html`${authenticationFactors.map(proof)}`)}
        ${row('User', html`<code>${userId}</code>`)} ${row('Session', html`<code>${sessionId}</code>`)}
      </dl>
      <details>
        <summary>What <code>@CurrentSession()</code> hands to the handler</summary>
        <pre tabindex="0" role="region" aria-label="The session as JSON">
${JSON.stringify(session, null, 2)}</pre>
      </details>
      <div class="actions beside">
        <a class="button plain" href="/">Home</a>
        ${signOutForm}
      </div>`,
  );
}

const row = (name: string, value: Html) =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

function proof({ type, deliveryMethod, lastAuthenticatedAt }: AuthenticationFactor): Html {
  const name = type.replaceAll('_', ' ');
  return html`<div>
    ${name.charAt(0).toUpperCase() + name.slice(1)}, by ${deliveryMethod.replaceAll('_', ' ')}
    <span class="quiet">${exactly(lastAuthenticatedAt)}</span>
  </div>`;
}
