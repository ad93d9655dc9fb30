import { toTimestamp } from '../wire/json.js';
import { escapeHtml } from '../wire/html.js';
import { type StoredMessage } from './mailbox.js';
import { type Message, type MessageStatus } from './message.js';
import { formatAge, formatDuration } from './format-duration.js';

/** One message in the inbox: recipient, subject, age, state, and the link or the code. */
export function messageItem(
  message: StoredMessage,
  { link, token, code, ...rest }: Message,
  status: MessageStatus | undefined,
  nowSeconds: number,
): string {
  const isPending = status?.state === 'pending';
  const id = escapeHtml(message.id);
  const [to, subject] = [escapeHtml(message.to), escapeHtml(message.subject ?? message.label)];
  const createdAt = toTimestamp(message.createdAtSeconds);
  return `
<li id="${id}" class="message${isPending ? '' : ' spent'}">
<span class="initial" aria-hidden="true">${escapeHtml(initial(message.to))}</span>
<div class="what">
<h2>${subject}</h2>
<p class="quiet"><span class="to">${to}</span> <span aria-hidden="true">·</span> <time datetime="${createdAt}">${formatAge(nowSeconds - message.createdAtSeconds)}</time></p>
<p class="tags"><span class="tag">${escapeHtml(message.label)}</span> <span class="tag ${status?.state ?? 'unknown'}">${describeState(status, nowSeconds)}</span></p>
</div>
<p class="ways">${link === null ? `<code>${escapeHtml(code)}</code>` : `<a class="button${isPending ? '' : ' plain'}" id="open-${id}" href="${escapeHtml(link)}" target="_blank" rel="noopener">${isPending ? 'Open link' : 'Open anyway'}<span class="visually-hidden"> of “${subject}” to ${to}, in a new tab</span></a>`}</p>
<details id="details-${id}"><summary id="summary-${id}">Details</summary>${details([
    ['Sent', createdAt],
    ...(status?.details ?? []),
    ...(link === null
      ? ([['Code', code]] as const)
      : ([
          ['Token', token],
          ['Link', link],
          ...('loginLink' in rest ? [['Link without password', rest.loginLink] as const] : []),
        ] as const)),
  ])}</details>
</li>`;
}

function details(rows: readonly (readonly [label: string, text: string])[]): string {
  const items = rows.map(
    ([label, text]) => `<div><dt>${escapeHtml(label)}</dt><dd><code>${escapeHtml(text)}</code></dd></div>`,
  );
  return `<dl>${items.join('')}</dl>`;
}

function describeState(status: MessageStatus | undefined, nowSeconds: number): string {
  switch (status?.state) {
    case 'pending':
      return `Works for ${formatDuration(status.expiresAtSeconds - nowSeconds)}`;
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

function initial(address: string): string {
  return (address.match(/[\p{L}\p{N}]/u)?.[0] ?? '@').toUpperCase();
}
