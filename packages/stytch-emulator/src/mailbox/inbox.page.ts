import { type Context } from 'hono';
import { nowSeconds } from '../clock.js';
import { type Project } from '../project/project.js';
import { escapeHtml } from '../wire/html.js';
import { toTimestamp } from '../wire/json.js';
import { trayOutline } from './inbox.icon.js';
import { inboxClearPath, inboxScriptPath } from './inbox.paths.js';
import { type Mailbox, type StoredMessage } from './mailbox.js';
import { messageItem } from './message.html.js';
import { type MessageStatus } from './message.js';
import { page } from './page.js';

export interface Inbox {
  project: Project;
  mailbox: Mailbox;
  /** The state of the link in a message; undefined if the link was deleted. */
  statusOf: (message: StoredMessage) => MessageStatus | undefined;
}

/** The inbox, newest message first. Without JavaScript the page reloads itself every five seconds. */
export function inboxPage(c: Context, { project, mailbox, statusOf }: Inbox, emulatorUrl: string): Response {
  const messages = [...mailbox.listStored()].reverse();
  const now = nowSeconds(project.clock);
  const items = messages.map((message) =>
    messageItem(message, mailbox.toMessage(message), statusOf(message), now),
  );
  return page(c, 200, {
    title: messages.length === 0 ? 'Inbox' : `Inbox (${messages.length})`,
    head: `<script src="${inboxScriptPath}" defer></script>
<noscript><meta http-equiv="refresh" content="5"></noscript>
`,
    main: `${header(messages.length)}
<p id="announcement" class="visually-hidden" role="status"></p>
<div id="mail">
${messages.length === 0 ? emptyState(project, emulatorUrl) : `<ol class="messages">${items.join('')}</ol>`}
</div>
${footer(now)}`,
  });
}

function header(count: number): string {
  return `<header>
<div>
<h1>Inbox</h1>
<p id="summary" class="quiet">${summary(count)}</p>
</div>
<form method="post" action="${inboxClearPath}"><button id="clear" class="button plain"${count === 0 ? ' hidden' : ''}>Clear all</button></form>
</header>`;
}

function summary(count: number): string {
  if (count === 0) return 'Emails from your application appear here.';
  return `${count === 1 ? '1 email' : `${count} emails`}. Nothing leaves this machine.`;
}

function emptyState({ credentials }: Project, emulatorUrl: string): string {
  return `<section class="empty">
<svg viewBox="0 0 64 64" width="72" height="72" aria-hidden="true">${trayOutline('currentColor')}</svg>
<h2>No emails yet</h2>
<p>Sign in to your application with any email address. The email appears here; open its link to finish signing in.</p>
<p class="quiet">No email? Check that your application uses this emulator’s URL and project ID, and the secret that was printed at startup:</p>
<pre><code>STYTCH_API_URL="${escapeHtml(emulatorUrl)}"
STYTCH_PROJECT_ID="${escapeHtml(credentials.projectId)}"</code></pre>
</section>`;
}

function footer(now: number): string {
  const timestamp = toTimestamp(now);
  return `<footer class="quiet">Stytch emulator · emulator time <time id="clock" datetime="${timestamp}">${timestamp.replace('T', ' ').replace('Z', ' UTC')}</time></footer>`;
}
