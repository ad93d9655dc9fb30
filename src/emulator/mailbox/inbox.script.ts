import { inboxChangesPath } from './inbox.paths.js';

// Runs in the browser as it stands. It fetches the page anew when the emulator says that something has
// changed, and every quarter of a minute for what time changes, and puts the new parts in place of the old.
export const inboxScript = `'use strict';

const announcement = document.getElementById('announcement');
let unseen = 0;

function ids(root) {
  return [...root.querySelectorAll('.message')].map((message) => message.id);
}

function replace(id, fresh) {
  const before = document.getElementById(id);
  const after = fresh.getElementById(id);
  if (before && after && before.outerHTML !== after.outerHTML) before.replaceWith(after);
}

async function refresh() {
  const answer = await fetch('/', { cache: 'no-store' }).catch(() => undefined);
  if (!answer || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');

  const known = ids(document);
  const arrived = ids(fresh).filter((id) => !known.includes(id));
  const opened = [...document.querySelectorAll('details[open]')].map((details) => details.id);
  const focused = document.activeElement && document.activeElement.id;

  for (const id of opened) fresh.getElementById(id)?.setAttribute('open', '');
  for (const id of arrived) fresh.getElementById(id).classList.add('fresh');
  for (const id of ['mail', 'summary', 'clear', 'clock']) replace(id, fresh);
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();

  if (arrived.length > 0) {
    const newest = document.getElementById(arrived[0]);
    announcement.textContent = 'New: ' + newest.querySelector('h2').textContent + ', to ' + newest.querySelector('.to').textContent;
  }
  unseen = document.hidden ? unseen + arrived.length : 0;
  document.title = unseen > 0 ? '(' + unseen + ' new) Inbox' : fresh.title;
}

const changes = new EventSource('${inboxChangesPath}');
changes.addEventListener('open', refresh);
changes.addEventListener('message', refresh);
setInterval(refresh, 15000);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});
`;
