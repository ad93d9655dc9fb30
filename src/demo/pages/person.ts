import { type UserSession } from 'nestjs-stytch';
import { html, type Html } from './html.js';

/** A heading that shows who is signed in. */
export function person({ email, userId }: UserSession): Html {
  const name = email ?? userId;
  return html`<div class="person">
    <span class="initial" aria-hidden="true">${initialOf(name)}</span>
    <div>
      <p class="signed-in">Signed in</p>
      <h1>${name}</h1>
    </div>
  </div>`;
}

const initialOf = (name: string) => (/[\p{L}\p{N}]/u.exec(name)?.[0] ?? '@').toUpperCase();
