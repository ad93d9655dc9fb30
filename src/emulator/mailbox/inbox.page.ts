import { type Context } from 'hono';
import { type EmulatedProject } from '../emulated-project.js';
import { escapeHtml, page } from '../server/page.js';
import { type Message } from './message.js';

export function inboxPage(c: Context, { mailbox }: EmulatedProject): Response {
  return page(c, 200, { title: 'Inbox', main: mailbox.list().reverse().map(messageItem).join('\n') });
}

function messageItem(message: Message): string {
  return `<p>${escapeHtml(message.to)} <a href="${escapeHtml(message.link)}">Open</a></p>`;
}
