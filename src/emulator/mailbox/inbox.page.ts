import { type Context } from 'hono';
import { wireTime } from '../api/json.js';
import { nowSeconds } from '../clock.js';
import { type EmulatedProject } from '../emulated-project.js';
import { escapeHtml, page } from '../server/page.js';
import { trayOutline } from './inbox.icon.js';
import { inboxClearPath, inboxScriptPath } from './inbox.paths.js';
import { messageItem } from './message.html.js';

/** The mails, newest first. Without its script the page reloads itself, and works all the same. */
export function inboxPage(c: Context, project: EmulatedProject, emulatorUrl: string): Response {
  const messages = project.mailbox.list().reverse();
  return page(c, 200, {
    title: messages.length === 0 ? 'Inbox' : `Inbox (${messages.length})`,
    head: `<script src="${inboxScriptPath}" defer></script>
<noscript><meta http-equiv="refresh" content="5"></noscript>
`,
    main: `${header(messages.length)}
<p id="announcement" class="visually-hidden" role="status"></p>
<div id="mail">
${messages.length === 0 ? emptyState(project, emulatorUrl) : `<ol class="messages">${messages.map((message) => messageItem(message, project)).join('')}</ol>`}
</div>
${footer(project)}`,
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
  if (count === 0) return 'Mail your application sends lands here.';
  return count === 1
    ? '1 message, delivered to nobody but you.'
    : `${count} messages, delivered to nobody but you.`;
}

function emptyState({ project }: EmulatedProject, emulatorUrl: string): string {
  return `<section class="empty">
<svg viewBox="0 0 64 64" width="72" height="72" aria-hidden="true">${trayOutline('currentColor')}</svg>
<h2>No mail yet</h2>
<p>Ask your application to sign somebody in, with any email address. The mail appears here by itself; open its link, and you are signed in.</p>
<p class="quiet">Nothing comes? Your application must be configured with this emulator’s address and project, and with the secret that was printed when it started:</p>
<pre><code>STYTCH_API_URL="${escapeHtml(emulatorUrl)}"
STYTCH_PROJECT_ID="${escapeHtml(project.projectId)}"</code></pre>
</section>`;
}

function footer({ clock }: EmulatedProject): string {
  const now = wireTime(nowSeconds(clock));
  return `<footer class="quiet">Stytch emulator. Its clock says <time id="clock" datetime="${now}">${now.replace('T', ' ').replace('Z', ' UTC')}</time>.</footer>`;
}
