import { nowSeconds } from '../clock.js';
import { type EmulatedProject } from '../emulated-project.js';
import { type MagicLink } from '../magic-links/magic-link.js';
import { escapeHtml } from '../server/page.js';
import { type Message, type MessageType } from './message.js';
import { agoInWords, inWords } from './time-in-words.js';

const labels: Record<MessageType, string> = {
  magic_link_login: 'Login link',
  magic_link_signup: 'Signup link',
  magic_link_invite: 'Invitation',
};

/** One mail as the inbox shows it: to whom, what, when, whether its link still works, and the way in. */
export function messageItem(message: Message, { magicLinks, clock }: EmulatedProject): string {
  const now = nowSeconds(clock);
  const link = magicLinks.find(message.token);
  const state = link ? magicLinks.stateOf(link) : 'gone';
  const isOpen = state === 'pending';
  const id = escapeHtml(message.id);
  return `
<li id="${id}" class="message${isOpen ? '' : ' spent'}">
<span class="initial" aria-hidden="true">${escapeHtml(initial(message.to))}</span>
<div class="what">
<h2>${escapeHtml(message.subject)}</h2>
<p class="quiet"><span class="to">${escapeHtml(message.to)}</span> <span aria-hidden="true">·</span> <time datetime="${message.createdAt}">${agoInWords(now - Date.parse(message.createdAt) / 1000)}</time></p>
<p class="tags"><span class="tag">${labels[message.type]}</span> <span class="tag ${state}">${stateInWords(state, link, now)}</span></p>
</div>
<p class="ways"><a class="button${isOpen ? '' : ' plain'}" id="open-${id}" href="${escapeHtml(message.link)}" target="_blank" rel="noopener">${isOpen ? 'Open link' : 'Open anyway'}<span class="visually-hidden"> of “${escapeHtml(message.subject)}” to ${escapeHtml(message.to)}, in a new tab</span></a></p>
<details id="details-${id}"><summary id="summary-${id}">Details</summary>${details(message, link)}</details>
</li>`;
}

function details(message: Message, link: MagicLink | undefined): string {
  const rows: [string, string][] = [
    ['Sent', `<time datetime="${message.createdAt}">${message.createdAt}</time>`],
    ...(link?.redirectUrl
      ? [['Leads to', `<code>${escapeHtml(link.redirectUrl)}</code>`] as [string, string]]
      : []),
    ...(link
      ? [
          [
            'Browser',
            link.codeChallenge === null ? 'Any (no PKCE)' : 'Only the one that asked for it (PKCE)',
          ] as [string, string],
        ]
      : []),
    ['Token', `<code>${escapeHtml(message.token)}</code>`],
    ['Link', `<code>${escapeHtml(message.link)}</code>`],
  ];
  return `<dl>${rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>`;
}

function stateInWords(
  state: ReturnType<EmulatedProject['magicLinks']['stateOf']> | 'gone',
  link: MagicLink | undefined,
  now: number,
) {
  switch (state) {
    case 'pending':
      return `Works for ${inWords((link?.expiresAtSeconds ?? now) - now)}`;
    case 'used':
      return 'Used';
    case 'expired':
      return 'Expired';
    case 'revoked':
      return 'Revoked';
    case 'gone':
      return 'No longer known';
  }
}

function initial(address: string): string {
  return (address.match(/[\p{L}\p{N}]/u)?.[0] ?? '@').toUpperCase();
}
