import { type Project } from '../../project/project.js';
import { escapeHtml } from '../../wire/html.js';
import { copyButton } from './copy-button.js';
import { inboxClearPath } from './inbox.paths.js';

// Popovers open and close without JavaScript.

/** What to paste into the configuration of the application. */
export function connectDialog(project: Project, emulatorUrl: string): string {
  return `<div id="connect" class="dialog" popover role="dialog" aria-labelledby="connect-title">
<h2 id="connect-title">Connect your application</h2>
${environment(project, emulatorUrl, 'dialog-environment')}
<p class="actions"><button type="button" class="button plain" popovertarget="connect" popovertargetaction="hide">Close</button></p>
</div>`;
}

/** The variables of the library and the demo; applications in other languages use the same values. */
export function environment({ credentials }: Project, emulatorUrl: string, id: string): string {
  const variables = {
    STYTCH_API_URL: emulatorUrl,
    STYTCH_PROJECT_ID: credentials.projectId,
    STYTCH_PUBLIC_TOKEN: credentials.publicToken,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}="${value}"`);
  return `<pre class="environment" id="${id}">${escapeHtml(lines.join('\n'))}</pre>
<div class="below"><p class="quiet">The emulator printed the secret when it started.</p>${copyButton(id, 'the environment variables')}</div>`;
}

export function clearDialog(count: number): string {
  return `<div id="clear" class="dialog" popover role="dialog" aria-labelledby="clear-title">
<h2 id="clear-title">Delete <span id="clear-count">${count === 1 ? 'the message' : `all ${count} messages`}</span>?</h2>
<p class="quiet">Links and codes in them keep working.</p>
<form method="post" action="${inboxClearPath}" class="actions">
<button type="button" class="button plain" popovertarget="clear" popovertargetaction="hide" autofocus>Cancel</button>
<button class="button danger">Delete</button>
</form>
</div>`;
}
