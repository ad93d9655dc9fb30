import type { RefusalCode } from '../../errors/refusal.js';
import type { NoticePage, SentPage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { html } from './html.js';

/** Shown after a link was asked for, whether or not the address is known. */
export function renderSentPage({ loginPath, expiresInMinutes, binding }: SentPage): string {
  const where = binding === 'same-browser' ? 'Open the link in this browser within' : 'Open the link within';
  return renderDocument(
    'Check your mail',
    html`<p>If the address can sign in, a link is on its way to it. ${where} ${inWords(expiresInMinutes)}.</p>
      <p>Nothing there? Look in the spam folder.</p>
      ${loginPath && html`<a class="button quiet" href="${loginPath}">Use another address</a>`}`,
  );
}

/** What went wrong, and what the person can do about it. */
const notices: Partial<Record<RefusalCode, { title: string; text: string }>> = {
  link_for_another_browser: {
    title: 'Open the link where you asked for it',
    text: 'This link works only in the browser in which you asked to sign in. It was not used up: open it there, or ask for a new one for this browser.',
  },
  link_not_confirmed: {
    title: 'Open the link once more',
    text: 'The page you confirmed was not from this browser, or it was open for too long. The link was not used up.',
  },
  link_used_or_expired: {
    title: 'This link no longer works',
    text: 'It was used before, or too much time has passed. Ask for a new one.',
  },
  link_invalid: {
    title: 'This link is not complete',
    text: 'Part of it may have been lost on the way. Open it again from the mail, or ask for a new one.',
  },
  sign_in_refused: {
    title: 'You cannot sign in here',
    text: 'Your address was confirmed, but it may not use this application.',
  },
  stytch_unavailable: {
    title: 'Signing in does not work right now',
    text: 'This is not your fault. Try again in a minute; if the link then no longer works, ask for a new one.',
  },
  clock_skew: {
    title: 'Signing in does not work right now',
    text: 'This is not your fault: a clock on our side is wrong. Try again in a while.',
  },
  rate_limited: {
    title: 'One moment, please',
    text: 'Too many links were asked for or opened. Wait a few minutes and try again; the links you have still work.',
  },
  cross_site_refused: {
    title: 'This request came from another site',
    text: 'For your safety it was not carried out. Start again here.',
  },
};

export function renderNoticePage({ code, message, loginPath }: NoticePage): string {
  const { title, text } = notices[code] ?? { title: 'This did not work', text: message };
  return renderDocument(
    title,
    html`<p>${text}</p>
      ${again(loginPath, 'Go to sign in')}`,
  );
}

const again = (loginPath: string | undefined, label: string) =>
  loginPath === undefined ? undefined : html`<a class="button" href="${loginPath}">${label}</a>`;

function inWords(minutes: number): string {
  return minutes % 60 === 0 ? (minutes === 60 ? 'an hour' : `${minutes / 60} hours`) : `${minutes} minutes`;
}
