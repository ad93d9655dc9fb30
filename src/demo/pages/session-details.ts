import { type AuthenticationFactor, type Session } from 'nestjs-stytch';
import { html, type Html } from './html.js';
import { absoluteTime, relativeAndAbsoluteTime } from './time.js';

/** The session that a protected handler received, with rows that only one kind of session has. */
export function sessionDetails(
  { startedAt, expiresAt, sessionId, authenticationFactors }: Session,
  rows: readonly Html[],
  now: Date,
): Html {
  return html`<dl class="session">
    ${row('Started', relativeAndAbsoluteTime(startedAt, now))}
    ${row('Expires', relativeAndAbsoluteTime(expiresAt, now))}
    ${row('Signed in with', html`${authenticationFactors.map(factor)}`)} ${rows}
    ${row('Session', html`<code>${sessionId}</code>`)}
  </dl>`;
}

export function sessionJson(session: Session): Html {
  return html`<details>
    <summary>The value of <code>@CurrentSession()</code></summary>
    <pre tabindex="0" role="region" aria-label="The session as JSON">${JSON.stringify(session, null, 2)}</pre>
  </details>`;
}

export const row = (name: string, value: Html) =>
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
