import { type UserSession } from 'nestjs-stytch';
import { html, type Html } from './html.js';

/** A heading that shows who is signed in. */
export const person = ({ email, userId }: UserSession): Html => personHeading(email ?? userId, 'Signed in');

export function personHeading(name: string, status: string): Html {
  return html`<div class="person">
    <span class="initial" aria-hidden="true">${initialOf(name)}</span>
    <div>
      <p class="signed-in">${status}</p>
      <h1>${name}</h1>
    </div>
  </div>`;
}

const initialOf = (name: string) => (/[\p{L}\p{N}]/u.exec(name)?.[0] ?? '@').toUpperCase();
