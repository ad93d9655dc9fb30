import { type Context } from 'hono';
import { nowSeconds } from '../../clock.js';
import { type Project } from '../../project/project.js';
import { escapeHtml } from '../../wire/html.js';
import { toTimestamp } from '../../wire/json.js';
import { type Mailbox, type StoredMessage } from '../mailbox.js';
import { type MessageStatus } from '../message.js';
import { page } from '../page.js';
import { channelIcons } from './channel-icon.js';
import { clearDialog, connectDialog } from './dialogs.js';
import { inboxEntries, type InboxEntry, matchesSearch } from './inbox-entry.js';
import { inboxPath, inboxScriptPath, inboxStylePath } from './inbox.paths.js';
import { messageList } from './message-list.js';
import { emptyInbox, messagePane, nothingSelected } from './message-pane.js';

export interface Inbox {
  project: Project;
  mailbox: Mailbox;
  /** The state of the link or the code in a message; undefined if it was deleted. */
  statusOf: (message: StoredMessage) => MessageStatus | undefined;
}

/**
 * The inbox: a list, newest message first, and the selected message. Without a selection it shows the newest, on
 * narrow screens only the list. Without JavaScript the list reloads itself every ten seconds.
 */
export function inboxPage(c: Context, { project, mailbox, statusOf }: Inbox, emulatorUrl: string): Response {
  const { message: selectedId, q = '' } = c.req.query();
  const search = q.trim();
  const now = nowSeconds(project.clock);
  const all = inboxEntries(mailbox, statusOf, now);
  const found = all.filter((entry) => matchesSearch(entry, search));
  const selected = selectedId === undefined ? found[0] : all.find(({ stored }) => stored.id === selectedId);
  const isReading = selectedId !== undefined;

  return page(c, 200, {
    title: all.length === 0 ? 'Inbox' : `Inbox (${all.length})`,
    bodyClass: isReading ? 'inbox reading' : 'inbox',
    head: `<link rel="stylesheet" href="${inboxStylePath}">
<script src="${inboxScriptPath}" defer></script>
${isReading || search !== '' ? '' : '<noscript><meta http-equiv="refresh" content="10"></noscript>\n'}`,
    main: `${header(all.length, search, now)}
<p id="announcement" class="visually-hidden" role="status"></p>
${channelIcons}
<nav id="list" aria-label="Messages">${messageList(found, { selected, search })}</nav>
<section id="pane" aria-label="Message">${pane(all, selected, { search, project, emulatorUrl })}</section>
${connectDialog(project, emulatorUrl)}
${clearDialog(all.length)}`,
  });
}

function pane(
  all: readonly InboxEntry[],
  selected: InboxEntry | undefined,
  { search, project, emulatorUrl }: { search: string; project: Project; emulatorUrl: string },
): string {
  if (selected) return messagePane(selected, search);
  return all.length === 0 ? emptyInbox(project, emulatorUrl) : nothingSelected(search);
}

function header(count: number, search: string, now: number): string {
  const timestamp = toTimestamp(now);
  return `<header>
<div class="name">
<h1><a href="${inboxPath({})}">Inbox</a></h1>
<p id="summary" class="quiet">${summary(count)}</p>
</div>
<form class="search" role="search" action="/">
<input type="search" name="q" aria-label="Search messages" placeholder="Search messages" value="${escapeHtml(search)}" autocomplete="off">
</form>
<p class="clock quiet">Emulator time <time id="clock" datetime="${timestamp}">${timestamp.replace('T', ' ').replace('Z', ' UTC')}</time></p>
<div class="tools">
<button type="button" class="button plain small" popovertarget="connect">Connect</button>
<button type="button" class="button plain small" popovertarget="clear" id="clear-button"${count === 0 ? ' hidden' : ''}>Clear all</button>
</div>
</header>`;
}

function summary(count: number): string {
  return `${count} <span class="unit">${count === 1 ? 'message' : 'messages'}</span>`;
}
