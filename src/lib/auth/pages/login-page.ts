import type { LoginPage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { all, renderForm } from './form.js';
import { html, type Html } from './html.js';

/** The methods that are switched on, each with a form, or one of them alone. */
export function renderLoginPage({ title = 'Sign in', text, forms, links }: LoginPage): string {
  const fields = forms.flatMap((form) => form.fields);
  const wrong = forms.findIndex((form) => form.fields.some(({ problem }) => problem !== undefined));
  const separator = html`<p class="or">or</p>`;
  const rendered = forms.map((form, at) =>
    renderForm(form, { id: form.method, hasFocus: at === Math.max(0, wrong), isQuiet: at > 0 }),
  );
  return renderDocument(
    // Screen readers announce the title first, so it mentions the problem.
    titleFor(fields.find(({ problem }) => problem !== undefined)?.type) ?? title,
    all([
      ...(text === undefined ? [] : [html`<p>${text}</p>`]),
      ...rendered.flatMap((form, at) => (at === 0 ? [form] : [separator, form])),
      ...(links.length === 0 ? [] : [renderLinks(links)]),
    ]),
  );
}

const renderLinks = (links: LoginPage['links']): Html =>
  html`<ul class="others">
    ${all(links.map(({ text, path }) => html`<li><a href="${path}">${text}</a></li>`))}
  </ul>`;

function titleFor(wrongType: string | undefined): string | undefined {
  switch (wrongType) {
    case undefined:
      return undefined;
    case 'email':
      return 'Check your email address';
    case 'phone':
      return 'Check your phone number';
    case 'organization':
      return 'Check the organization';
    default:
      return 'Please try again';
  }
}
