import type { SwitchPage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { renderForm } from './form.js';
import { html } from './html.js';

/** Asks whether to switch to the organization that a page belongs to. */
export function renderSwitchPage({ organization, form }: SwitchPage): string {
  return renderDocument(
    'Switch organization?',
    html`<p>
        This page belongs to the organization <strong>${organization}</strong>, and you're signed in to
        another one.
      </p>
      <p>If you don't want to switch, close this page. You stay signed in where you are.</p>
      ${renderForm(form, { id: 'switch', hasFocus: true })}`,
  );
}
