import type { OrganizationsPage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { all, renderForm } from './form.js';
import { html } from './html.js';

/** Asks which organization to enter, or for the name of a new one. */
export function renderOrganizationsPage({ enter, create, loginPath }: OrganizationsPage): string {
  const pieces = [
    ...(enter === undefined
      ? [
          html`<p>
            Your email address belongs to no organization here.
            ${create ? 'Create one, or ask an administrator for an invitation.' : 'Ask an administrator for an invitation.'}
          </p>`,
        ]
      : [renderForm(enter, { id: 'enter', hasFocus: false })]),
    ...(enter && create ? [html`<p class="or">or</p>`] : []),
    ...(create
      ? [renderForm(create, { id: 'create', hasFocus: enter === undefined, isQuiet: enter !== undefined })]
      : []),
    ...(loginPath === undefined
      ? []
      : [html`<p class="after"><a href="${loginPath}">Use another email address</a></p>`]),
  ];
  return renderDocument(enter === undefined ? 'No organization yet' : 'Choose an organization', all(pieces));
}
