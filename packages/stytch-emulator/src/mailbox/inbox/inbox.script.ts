import { inboxChangesPath, inboxDeletePath } from './inbox.paths.js';

// Runs in the browser. Fetches the page when a message is selected, when a search is typed, on every change event, and
// every 15 seconds to update the ages, and replaces the parts that differ.
export const inboxScript = `'use strict';

const parts = ['pane', 'summary', 'clock', 'clear-button', 'clear-count'];
const announcement = document.getElementById('announcement');
const search = document.querySelector('input[type=search]');
let unseen = 0;
let refreshing;
let isStale = false;

/** One request at a time; changes in the meantime cause one more. */
function refresh() {
  isStale = true;
  refreshing ??= (async () => {
    while (isStale) {
      isStale = false;
      await update(location.pathname + location.search);
    }
  })().finally(() => { refreshing = undefined; });
  return refreshing;
}

async function update(url) {
  const response = await fetch(url, { cache: 'no-store' }).catch(() => undefined);
  if (!response || !response.ok || url !== location.pathname + location.search) return;
  const updated = new DOMParser().parseFromString(await response.text(), 'text/html');

  const known = ids(document);
  const arrived = ids(updated).filter((id) => !known.includes(id));
  const focused = document.activeElement && document.activeElement.id;
  if (document.getElementById('details')?.open) updated.getElementById('details')?.setAttribute('open', '');

  for (const id of arrived) updated.getElementById(id).parentElement.classList.add('fresh');
  document.body.className = updated.body.className;
  replaceList(updated);
  for (const id of parts) replace(id, updated);
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  announce(arrived, updated.title);
}

function ids(root) {
  return [...root.querySelectorAll('.message > a')].map((link) => link.id);
}

/** Replaces what differs. Elements that scroll stay. */
function replace(id, updated) {
  const before = document.getElementById(id);
  const after = updated.getElementById(id);
  if (before.hidden !== after.hidden) before.hidden = after.hidden;
  if (before.innerHTML !== after.innerHTML) before.replaceChildren(...after.childNodes);
}

/** Replaces the rows that differ, which are few if the messages are the same. */
function replaceList(updated) {
  if (ids(document).join() !== ids(updated).join()) return replace('list', updated);
  const after = updated.querySelectorAll('.message');
  document.querySelectorAll('.message').forEach((row, index) => {
    if (row.outerHTML !== after[index].outerHTML) row.replaceWith(after[index]);
  });
}

function announce(arrived, title) {
  const isSearch = search.value.trim() !== '';
  if (arrived.length > 0 && !isSearch) {
    const newest = document.getElementById(arrived[0]);
    announcement.textContent = 'New: ' + newest.querySelector('.title').textContent + ', to ' + newest.querySelector('.to').textContent;
  }
  unseen = document.hidden && !isSearch ? unseen + arrived.length : 0;
  document.title = unseen > 0 ? '(' + unseen + ' new) Inbox' : title;
}

/** Before the message itself has been fetched. */
function markSelected(link) {
  document.querySelector('.message.selected')?.classList.remove('selected');
  link.closest('.message')?.classList.add('selected');
}

async function show(url, { replaceEntry = false } = {}) {
  history[replaceEntry ? 'replaceState' : 'pushState'](null, '', url);
  await refresh();
}

document.addEventListener('click', (event) => {
  const copy = event.target.closest('[data-copy]');
  if (copy) return void copyText(copy);
  const link = event.target.closest('.message > a, .back');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  markSelected(link);
  show(link.pathname + link.search).then(() => {
    if (getComputedStyle(document.getElementById('list')).display === 'none') scrollTo(0, 0);
  });
});

document.getElementById('list').addEventListener('keydown', (event) => {
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
  const link = step && event.target.closest('.message')?.[step]?.querySelector('a');
  if (!link) return;
  event.preventDefault();
  link.focus();
  markSelected(link);
  show(link.pathname + link.search, { replaceEntry: true });
});

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (form.getAttribute('action') !== '${inboxDeletePath}') return;
  event.preventDefault();
  await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
  const url = new URL(location.href);
  url.searchParams.delete('message');
  show(url.pathname + url.search, { replaceEntry: true });
});

let typing;
search.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    const words = search.value.trim();
    show(words === '' ? '/' : '/?' + new URLSearchParams({ q: words }), { replaceEntry: true });
  }, 120);
});
search.form.addEventListener('submit', (event) => event.preventDefault());

async function copyText(button) {
  const source = document.getElementById(button.dataset.copy);
  getSelection().selectAllChildren(source);
  // Without TLS, the clipboard is available on loopback only.
  if (navigator.clipboard) await navigator.clipboard.writeText(source.textContent);
  else document.execCommand('copy');
  getSelection().empty();
  const label = button.querySelector('.copy-label');
  label.textContent = 'Copied';
  announcement.textContent = 'Copied';
  setTimeout(() => { label.textContent = 'Copy'; }, 1500);
}

const changes = new EventSource('${inboxChangesPath}');
changes.addEventListener('open', refresh);
changes.addEventListener('message', refresh);
setInterval(refresh, 15000);
addEventListener('popstate', refresh);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});
`;
