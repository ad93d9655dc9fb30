import { type Context, type Hono } from 'hono';
import { type EmulatorControls } from '../control/controls.js';
import { type EmulatedProject } from '../emulated-project.js';
import { type Changes } from '../server/changes.js';
import { inboxIcon } from './inbox.icon.js';
import { inboxPage } from './inbox.page.js';
import {
  inboxChangesPath,
  inboxClearPath,
  inboxIconPath,
  inboxScriptPath,
  inboxStylePath,
} from './inbox.paths.js';
import { inboxScript } from './inbox.script.js';
import { inboxStyle } from './inbox.style.js';
import { type EmulatorEnv } from '../server/env.js';

/** The page where a person reads the mail. */
export function mountInbox(
  app: Hono<EmulatorEnv>,
  project: EmulatedProject,
  { messages }: EmulatorControls,
  changes: Changes,
): void {
  app.get('/', (c) => inboxPage(c, project, new URL(c.req.url).origin));
  app.get(inboxStylePath, (c) => asset(c, 'text/css', inboxStyle));
  app.get(inboxIconPath, (c) => asset(c, 'image/svg+xml', inboxIcon));
  app.get(inboxScriptPath, (c) => asset(c, 'text/javascript', inboxScript));
  app.get(inboxChangesPath, () => changesStream(changes));
  app.post(inboxClearPath, (c) => {
    messages.clear();
    return c.redirect('/', 303);
  });
}

function asset(c: Context, type: string, text: string): Response {
  return c.body(text, 200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' });
}

/** Server-sent events without content: the page then fetches itself anew. */
function changesStream(changes: Changes): Response {
  let stop: () => void;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      const send = (text: string) => {
        controller.enqueue(new TextEncoder().encode(text));
      };
      send('retry: 1000\n\n');
      stop = changes.listen(() => {
        send('data: changed\n\n');
      });
    },
    cancel() {
      stop();
    },
  });
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
  });
}
