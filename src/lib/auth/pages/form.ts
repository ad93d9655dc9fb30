import type { PageField, PageForm } from '../../ports/page-renderer.js';
import { problemText } from './field-problems.js';
import { html, type Html } from './html.js';

/** What browsers need to know about a type of field, to fill it in and to show the right keyboard. */
const inputAttributes: Record<Exclude<PageField['type'], 'choice'>, Html> = {
  email: html`type="email" autocomplete="email"`,
  phone: html`type="tel" autocomplete="tel" placeholder="+1 555 123 4567"`,
  code: html`type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="20"`,
  password: html`type="password" autocomplete="current-password"`,
  'new-password': html`type="password" autocomplete="new-password"`,
  organization: html`type="text" autocapitalize="none" spellcheck="false" maxlength="128"`,
  name: html`type="text" autocomplete="organization" maxlength="128"`,
};

export interface FormSettings {
  /** Makes the ids of the page's forms different. */
  readonly id: string;
  readonly hasFocus: boolean;
  readonly isQuiet?: boolean;
}

/** A form with its fields, their problems and its buttons. */
export function renderForm(form: PageForm, settings: FormSettings): Html {
  const focused = form.fields.find(({ problem }) => problem !== undefined) ?? form.fields[0];
  const fields = form.fields.map((field) =>
    renderField(field, {
      id: `${settings.id}-${field.name}`,
      hasFocus: settings.hasFocus && field === focused,
    }),
  );
  const hidden = Object.entries(form.hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  const hasChoice = form.fields.some(({ type }) => type === 'choice');
  return html`<form method="post" action="${form.action}">
    ${all(hidden)} ${all(fields)}
    ${hasChoice ? undefined : html`<button${settings.isQuiet && html` class="quiet"`}>${form.button}</button>`}
  </form>`;
}

function renderField(field: PageField, { id, hasFocus }: { id: string; hasFocus: boolean }): Html {
  if (field.type === 'choice') {
    return all(
      field.choices.map(
        ({ value, label }) =>
          html`<button class="quiet" name="${field.name}" value="${value}">${label}</button>`,
      ),
    );
  }
  const { name, label, value = '', problem } = field;
  const problemId = `${id}-problem`;
  return html`<label for="${id}">${label}</label>
    <input
      id="${id}"
      name="${name}"
      ${inputAttributes[field.type]}
      required${hasFocus && html` autofocus`}
      value="${value}"
      ${problem && html` aria-invalid="true" aria-describedby="${problemId}"`}
    />
    ${problem && html`<p class="problem" id="${problemId}" role="alert">${problemText(problem)}</p>`}`;
}

/** Several pieces of markup in a row. */
export const all = (pieces: readonly Html[]): Html => ({
  markup: pieces.map(({ markup }) => markup).join('\n'),
});
