import { type MessageChannel } from '../message.js';

const outlines: Record<MessageChannel, string> = {
  email: '<path d="M3 6.5h18v12H3zM3 7l9 7 9-7"/>',
  sms: '<path d="M4 5h16v11h-9l-4.5 4V16H4zM8 9h8M8 12.5h5"/>',
  whatsapp:
    '<path d="M4 20l1.3-4A8 8 0 1 1 8.5 19z"/><path d="M9.5 8.5c-.3 3 3 6 6 6l.8-1.8-2-1-.9.8c-1-.4-1.7-1.1-2.1-2.1l.8-.9-1-2z"/>',
};

export const channelNames: Record<MessageChannel, string> = {
  email: 'Email',
  sms: 'SMS',
  whatsapp: 'WhatsApp',
};

/** The icons, once per page. */
export const channelIcons = `<svg hidden>${Object.entries(outlines)
  .map(([channel, outline]) => `<symbol id="icon-${channel}" viewBox="0 0 24 24">${outline}</symbol>`)
  .join('')}</svg>`;

export function channelIcon(channel: MessageChannel): string {
  return `<svg class="channel" aria-hidden="true"><use href="#icon-${channel}"/></svg>`;
}
