import { type Context, type Hono } from 'hono';
import { type Changes } from '../../project/changes.js';
import { type EmulatorEnv } from '../../wire/env.js';
import { icon, iconPath } from '../icon.js';
import { pageStyle, pageStylePath } from '../page.style.js';
import { type Inbox, inboxPage } from './inbox.page.js';
import {
  inboxChangesPath,
  inboxClearPath,
  inboxDeletePath,
  inboxPath,
  inboxScriptPath,
  inboxStylePath,
} from './inbox.paths.js';
import { inboxScript } from './inbox.script.js';
import { inboxStyle } from './inbox.style.js';

/** Mounts the inbox page at `/`, with its style sheets, script and event stream. */
export function mountInbox(app: Hono<EmulatorEnv>, inbox: Inbox, changes: Changes): void {
  app.get('/', (c) => inboxPage(c, inbox, new URL(c.req.url).origin));
  app.get(pageStylePath, (c) => asset(c, 'text/css', pageStyle));
  app.get(iconPath, (c) => asset(c, 'image/svg+xml', icon));
  app.get(inboxStylePath, (c) => asset(c, 'text/css', inboxStyle));
  app.get(inboxScriptPath, (c) => asset(c, 'text/javascript', inboxScript));
  app.get(inboxChangesPath, () => changesStream(changes));
  app.post(inboxDeletePath, (c) => {
    const form = new URLSearchParams(c.get('body'));
    inbox.mailbox.delete(form.get('id') ?? '');
    return c.redirect(inboxPath({ search: form.get('q') ?? '' }), 303);
  });
  app.post(inboxClearPath, (c) => {
    inbox.mailbox.clear();
    return c.redirect(inboxPath({}), 303);
  });
}

function asset(c: Context, type: string, text: string): Response {
  return c.body(text, 200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' });
}

/** Server-sent events without content: the page fetches itself again on each of them. */
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
