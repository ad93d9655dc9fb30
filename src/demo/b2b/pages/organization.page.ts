import { type MemberSession } from 'nestjs-stytch';
import { type Member } from 'stytch';
import { html, type Html } from '../../pages/html.js';
import { page } from '../../pages/layout.js';
import { row, sessionDetails, sessionJson } from '../../pages/session-details.js';
import { signOutForm } from '../../pages/sign-out-form.js';
import { memberHeading } from './member-heading.js';

export interface OrganizationPage {
  readonly session: MemberSession;
  readonly now: Date;
  /** What only administrators see. */
  readonly administration?: Html;
}

/** The page of an organization, for its members. */
export function organizationPage({ session, now, administration }: OrganizationPage): string {
  const { organization, memberId, roles } = session;
  return page(
    organization.slug,
    html`${memberHeading(session)} ${administration}
      ${sessionDetails(
        session,
        [
          row('Organization', html`<code>${organization.id}</code>`),
          row('Member', html`<code>${memberId}</code>`),
          row('Roles', html`${roles.map((role) => html`<div>${role}</div>`)}`),
        ],
        now,
      )}
      ${sessionJson(session)}
      <div class="actions beside">
        <a class="button plain" href="/auth/organizations">Switch organization</a>
        ${signOutForm('/auth/logout')}
      </div>`,
  );
}

/** The members of the organization, and a form that invites one. */
export function administration({ slug, members, invitation }: AdministrationSettings): Html {
  return html`<section class="administration" aria-labelledby="members">
    <h2 id="members">Members</h2>
    <ul class="members">
      ${members.map(
        ({ email_address, status, is_admin }) =>
          html`<li>
            ${email_address}
            <span class="quiet">${status === 'active' ? (is_admin ? 'admin' : '') : status}</span>
          </li>`,
      )}
    </ul>
    ${messageOf(invitation)}
    <form method="post" action="/orgs/${encodeURIComponent(slug)}/invitations">
      <label for="email">Invite by email</label>
      <input id="email" name="email" type="email" autocomplete="off" required />
      <button class="button">Send an invitation</button>
    </form>
  </section>`;
}

/** The result of the form, shown after it. */
export type InvitationResult = 'sent' | 'refused' | undefined;

interface AdministrationSettings {
  readonly slug: string;
  readonly members: readonly Pick<Member, 'email_address' | 'status' | 'is_admin'>[];
  readonly invitation: InvitationResult;
}

function messageOf(result: InvitationResult): Html | undefined {
  if (result === 'sent') return html`<p role="status">The invitation is on its way.</p>`;
  return result === 'refused'
    ? html`<p role="alert">
        That address could not be invited. Check it, and whether it is a member already.
      </p>`
    : undefined;
}
