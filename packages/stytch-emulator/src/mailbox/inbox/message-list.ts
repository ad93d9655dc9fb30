import { escapeHtml } from '../../wire/html.js';
import { toTimestamp } from '../../wire/json.js';
import { channelIcon, channelNames } from './channel-icon.js';
import { formatAge, formatShortAge } from '../format-duration.js';
import { type InboxEntry, titleOf } from './inbox-entry.js';
import { inboxPath } from './inbox.paths.js';

interface ListView {
  selected: InboxEntry | undefined;
  search: string;
}

export function messageList(entries: readonly InboxEntry[], view: ListView): string {
  if (entries.length > 0) {
    return `<ol class="messages">${entries.map((entry) => listItem(entry, view)).join('')}</ol>`;
  }
  return view.search === ''
    ? '<p class="none quiet">Emails and text messages of your application appear here.</p>'
    : `<p class="none quiet">No message matches “${escapeHtml(view.search)}”. <a href="${inboxPath({})}">Show all</a></p>`;
}

/** One line of recipient and age, and one of subject and code or state. */
function listItem(entry: InboxEntry, { selected, search }: ListView): string {
  const { stored, message, ageSeconds } = entry;
  const isPending = entry.status?.state === 'pending';
  const href = `${inboxPath({ message: stored.id, search })}#${stored.id}`;
  const classes = ['message', ...(isPending ? [] : ['spent']), ...(entry === selected ? ['selected'] : [])];
  return `
<li class="${classes.join(' ')}"><a id="${stored.id}" href="${escapeHtml(href)}"${entry === selected ? ' aria-current="true"' : ''}>
${channelIcon(message.channel)}<span class="visually-hidden">${channelNames[message.channel]} to </span><span class="to">${escapeHtml(message.to)}</span>
<time datetime="${toTimestamp(stored.createdAtSeconds)}" title="${formatAge(ageSeconds)}">${formatShortAge(ageSeconds)}</time>
<span class="title">${escapeHtml(titleOf(stored))}</span>
${hint(entry)}
</a></li>`;
}

/** The code while it works, or why it does not. */
function hint({ message, status }: InboxEntry): string {
  if (status?.state === 'pending')
    return message.code === null ? '' : `<code>${escapeHtml(message.code)}</code>`;
  return `<span class="state">${capitalize(status?.state ?? 'deleted')}</span>`;
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
