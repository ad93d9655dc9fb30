import { html, type Html } from './html.js';

const dateAndTime = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});
const distance = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** A moment as people read it: how far away, and when exactly. */
export function moment(at: string, now: Date): Html {
  return html`${farAway(Date.parse(at) - now.getTime())} <span class="quiet">${exactly(at)}</span>`;
}

/** In UTC: without a script, nobody tells the server the time zone of the reader. */
export function exactly(at: string): Html {
  return html`<time datetime="${at}">${dateAndTime.format(new Date(at))} UTC</time>`;
}

function farAway(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const hours = Math.round(minutes / 60);
  if (Math.abs(minutes) < 1) return 'just now';
  if (Math.abs(minutes) < 120) return distance.format(minutes, 'minute');
  return Math.abs(hours) < 48
    ? distance.format(hours, 'hour')
    : distance.format(Math.round(hours / 24), 'day');
}
