import { html, type Html } from './html.js';

const dateAndTime = new Intl.DateTimeFormat('en-US', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});
const relativeTime = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** A timestamp, relative to now and absolute. */
export function relativeAndAbsoluteTime(timestamp: string, now: Date): Html {
  return html`${formatDistance(Date.parse(timestamp) - now.getTime())}
    <span class="quiet">${absoluteTime(timestamp)}</span>`;
}

/** In UTC: without a script, the server does not know the time zone of the browser. */
export function absoluteTime(timestamp: string): Html {
  return html`<time datetime="${timestamp}">${dateAndTime.format(new Date(timestamp))} UTC</time>`;
}

function formatDistance(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const hours = Math.round(minutes / 60);
  if (Math.abs(minutes) < 1) return 'just now';
  if (Math.abs(minutes) < 120) return relativeTime.format(minutes, 'minute');
  return Math.abs(hours) < 48
    ? relativeTime.format(hours, 'hour')
    : relativeTime.format(Math.round(hours / 24), 'day');
}
