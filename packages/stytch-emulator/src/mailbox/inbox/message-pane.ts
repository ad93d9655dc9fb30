import { type Project } from '../../project/project.js';
import { escapeHtml } from '../../wire/html.js';
import { toTimestamp } from '../../wire/json.js';
import { trayOutline } from '../icon.js';
import { channelNames } from './channel-icon.js';
import { copyButton } from './copy-button.js';
import { environment } from './dialogs.js';
import { formatAge, formatDuration } from '../format-duration.js';
import { type InboxEntry, titleOf } from './inbox-entry.js';
import { inboxDeletePath, inboxPath } from './inbox.paths.js';
import { renderMessage } from './render-message.js';

/** The selected message as the recipient sees it, and what a developer wants to know about it. */
export function messagePane(entry: InboxEntry, search: string): string {
  const { stored, message, status, ageSeconds } = entry;
  const sentAt = toTimestamp(stored.createdAtSeconds);
  return `<div class="reader">
<div class="bar">
<a class="back" href="${escapeHtml(inboxPath({ search }))}">‹ All messages</a>
<form method="post" action="${inboxDeletePath}">
<input type="hidden" name="id" value="${stored.id}"><input type="hidden" name="q" value="${escapeHtml(search)}">
<button class="button plain small" id="delete">Delete<span class="visually-hidden"> “${escapeHtml(titleOf(stored))}”</span></button>
</form>
</div>
<article>
<h2>${escapeHtml(titleOf(stored))}</h2>
<p class="quiet meta"><span>${channelNames[message.channel]} to <span class="to">${escapeHtml(message.to)}</span></span> ${organizationOf(entry)}<time datetime="${sentAt}">${formatAge(ageSeconds)}</time> <span class="tag ${status?.state ?? 'deleted'}">${describeState(entry)}</span></p>
${renderMessage(entry)}
<dl class="values">${copyRows(entry).join('')}</dl>
<details id="details"><summary id="summary-of-details">Details</summary><dl>${detailRows(entry, sentAt).join('')}</dl></details>
</article>
</div>`;
}

/** The organization of a B2B project that the message is about, or that it is about discovery. */
function organizationOf({ stored: { organization } }: InboxEntry): string {
  if (organization === undefined) return '';
  return organization === null
    ? '<span>Discovery</span> '
    : `<span class="organization">${escapeHtml(organization.name)} <code>${escapeHtml(organization.slug)}</code></span> `;
}

export function nothingSelected(search: string): string {
  return `<p class="none quiet">${search === '' ? 'This message was deleted.' : 'No message is selected.'}</p>`;
}

export function emptyInbox(project: Project, emulatorUrl: string): string {
  return `<div class="empty">
<svg viewBox="0 0 64 64" width="72" height="72" aria-hidden="true">${trayOutline('currentColor')}</svg>
<h2>No messages yet</h2>
<p>Sign in to your application with any email address or phone number. The message appears here; nothing leaves this machine.</p>
<p class="quiet">No message? Check that your application uses this emulator:</p>
${environment(project, emulatorUrl, 'environment')}
</div>`;
}

/** Whether the link or the code still works. */
function describeState({ stored, status, ageSeconds }: InboxEntry): string {
  switch (status?.state) {
    case 'pending':
      return `Works for ${formatDuration(status.expiresAtSeconds - stored.createdAtSeconds - ageSeconds)}`;
    case 'used':
      return 'Used';
    case 'expired':
      return 'Expired';
    case 'revoked':
      return 'Revoked';
    case 'replaced':
      return 'Replaced by a newer code';
    case undefined:
      return 'Deleted';
  }
}

function copyRows({ message }: InboxEntry): string[] {
  if (message.kind === 'code') return [copyRow('Code', message.code)];
  return [
    copyRow('Link', message.link),
    copyRow('Token', message.token),
    ...(message.loginLink === undefined ? [] : [copyRow('Login link', message.loginLink)]),
  ];
}

function copyRow(label: string, value: string): string {
  const id = `value-${label.toLowerCase().replace(' ', '-')}`;
  return `<div><dt>${label}</dt><dd><code id="${id}">${escapeHtml(value)}</code>${copyButton(id, `the ${label.toLowerCase()}`)}</dd></div>`;
}

function detailRows({ stored, status }: InboxEntry, sentAt: string): string[] {
  const rows = [['Type', stored.type] as const, ['Sent', sentAt] as const, ...(status?.details ?? [])];
  return rows.map(
    ([label, text]) => `<div><dt>${escapeHtml(label)}</dt><dd><code>${escapeHtml(text)}</code></dd></div>`,
  );
}
