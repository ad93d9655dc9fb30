import { escapeHtml } from '../../wire/html.js';
import { type InboxEntry, titleOf } from './inbox-entry.js';

/** The message as the recipient sees it: an email with its button or code, or a text message. */
export function renderMessage(entry: InboxEntry): string {
  const { stored, message, status } = entry;
  const text = `<p>${escapeHtml(stored.text)}</p>`;
  if (message.channel !== 'email') return `<div class="bubble ${message.channel}">${text}</div>`;
  if (message.kind === 'code') {
    return `<div class="letter">${text}<p class="passcode">${escapeHtml(message.code)}</p></div>`;
  }
  const isPending = status?.state === 'pending';
  const { action = 'Open the link' } = stored.kind === 'link' ? stored : {};
  return `<div class="letter">${text}
<p><a class="button${isPending ? '' : ' plain'}" id="open" href="${escapeHtml(message.link)}" target="_blank" rel="noopener">${escapeHtml(action)}<span class="visually-hidden"> (link of “${escapeHtml(titleOf(stored))}” to ${escapeHtml(message.to)} in a new tab)</span></a></p>
${message.loginLink === undefined ? '' : `<p><a href="${escapeHtml(message.loginLink)}" target="_blank" rel="noopener">Log in without a password</a></p>`}</div>`;
}
