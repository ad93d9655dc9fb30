import { inboxChangesPath } from './inbox.paths.js';

// Runs in the browser. Fetches the page on every change event, and every 15 seconds to update the ages,
// and replaces the parts that differ.
export const inboxScript = `'use strict';

const announcement = document.getElementById('announcement');
let unseen = 0;

function ids(root) {
  return [...root.querySelectorAll('.message')].map((message) => message.id);
}

function replace(id, updated) {
  const before = document.getElementById(id);
  const after = updated.getElementById(id);
  if (before && after && before.outerHTML !== after.outerHTML) before.replaceWith(after);
}

async function refresh() {
  const response = await fetch('/', { cache: 'no-store' }).catch(() => undefined);
  if (!response || !response.ok) return;
  const updated = new DOMParser().parseFromString(await response.text(), 'text/html');

  const existing = ids(document);
  const arrived = ids(updated).filter((id) => !existing.includes(id));
  const opened = [...document.querySelectorAll('details[open]')].map((details) => details.id);
  const focused = document.activeElement && document.activeElement.id;

  for (const id of opened) updated.getElementById(id)?.setAttribute('open', '');
  for (const id of arrived) updated.getElementById(id).classList.add('fresh');
  for (const id of ['mail', 'summary', 'clear', 'clock']) replace(id, updated);
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();

  if (arrived.length > 0) {
    const newest = document.getElementById(arrived[0]);
    announcement.textContent = 'New: ' + newest.querySelector('h2').textContent + ', to ' + newest.querySelector('.to').textContent;
  }
  unseen = document.hidden ? unseen + arrived.length : 0;
  document.title = unseen > 0 ? '(' + unseen + ' new) Inbox' : updated.title;
}

const changes = new EventSource('${inboxChangesPath}');
changes.addEventListener('open', refresh);
changes.addEventListener('message', refresh);
setInterval(refresh, 15000);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});
`;
