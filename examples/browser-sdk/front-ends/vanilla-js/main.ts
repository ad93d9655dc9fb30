import { createStytchClient, type Session } from '@stytch/vanilla-js/headless';
import { getDashboard, type Arrangement, type Caller } from '../shared/api.js';
import { describeSession } from '../shared/describe-session.js';
import { errorMessage } from '../shared/error-message.js';
import { moveFocus } from '../shared/move-focus.js';
import { act, completeSignIn, type Step } from '../shared/sign-in.js';
import { signOutWithSdk, signOutWithServer } from '../shared/sign-out.js';
import { inboxUrl, publicToken, stytchOptions } from '../shared/stytch.js';
import '../shared/style.css';

const stytch = createStytchClient(publicToken, stytchOptions);

const account = document.getElementById('account')!;
const api = document.getElementById('api') as HTMLFormElement;
const response = document.getElementById('response')!;

// Also called when another tab signs in or out.
stytch.session.onChange((session) => {
  showAccount(session, { name: 'start' });
});

account.addEventListener('submit', (event) => {
  event.preventDefault();
  const { value } = event.submitter as HTMLButtonElement;
  void run(account, async () => {
    const step = await act(stytch, value, event.target as HTMLFormElement);
    if (step !== undefined) showStep(step);
  });
});

account.addEventListener('click', ({ target }) => {
  const { step, signOut } = (target as HTMLElement).dataset;
  if (step !== undefined) showStep({ name: step } as Step);
  if (signOut === 'sdk') void run(account, () => signOutWithSdk(stytch));
  if (signOut === 'server') void run(account, () => signOutWithServer(stytch, caller(), false));
  if (signOut === 'everywhere') void run(account, () => signOutWithServer(stytch, caller(), true));
});

api.addEventListener('submit', (event) => {
  event.preventDefault();
  void run(api, async () => {
    const { status, body } = await getDashboard(caller());
    const badge = element('p', String(status), status === 200 ? 'status good' : 'status bad');
    response.replaceChildren(badge, element('pre', JSON.stringify(body, undefined, 2)));
  });
});

await run(account, async () => {
  show('busy');
  try {
    const step = await completeSignIn(stytch);
    showAccount(stytch.session.getSync(), step);
  } catch (error) {
    showAccount(stytch.session.getSync(), { name: 'start' });
    throw error;
  }
});

/** How the API is called, and the JWT that the SDK has at the moment. */
function caller(): Caller {
  const arrangement = new FormData(api).get('arrangement') as Arrangement;
  return { arrangement, sessionJwt: stytch.session.getTokens()?.session_jwt };
}

/** Shows the session, or else a step. A new password is also chosen while somebody is signed in. */
function showAccount(session: Session | null, step: Step): void {
  if (session === null || step.name === 'new-password') showStep(step);
  else showSession(session);
}

function showStep(step: Step): void {
  show(step.name, { ...step });
  for (const input of account.querySelectorAll<HTMLInputElement>('input[type=hidden]'))
    input.value = (step as Record<string, string>)[input.name]!;
  for (const link of account.querySelectorAll<HTMLAnchorElement>('a[data-inbox]')) {
    if (inboxUrl === undefined) link.remove();
    else link.href = inboxUrl;
  }
}

function showSession(session: Session): void {
  const emails = stytch.user.getSync()?.emails ?? [];
  const name = emails[0]?.email ?? session.user_id;
  show('signed-in', { name, initial: name[0]!, ...describeSession(session) });
}

/** Shows a template with texts in its slots. */
function show(view: string, texts: Record<string, string> = {}): void {
  const template = document.getElementById(view) as HTMLTemplateElement;
  account.replaceChildren(template.content.cloneNode(true));
  for (const slot of account.querySelectorAll<HTMLElement>('[data-slot]'))
    slot.textContent = texts[slot.dataset['slot']!] ?? '';
  moveFocus(account);
}

/** Runs what a button does, one task at a time, and shows its error below the buttons. */
async function run(area: HTMLElement, task: () => Promise<void>): Promise<void> {
  if (area.ariaBusy === 'true') return;
  area.ariaBusy = 'true';
  area.querySelector('[role=alert]')?.remove();
  try {
    await task();
  } catch (error) {
    const alert = element('p', errorMessage(error), 'alert');
    alert.role = 'alert';
    area.append(alert);
  } finally {
    area.ariaBusy = 'false';
  }
}

function element(tag: string, text: string, className = ''): HTMLElement {
  const created = document.createElement(tag);
  created.textContent = text;
  created.className = className;
  return created;
}
