import { html, type Html } from './html.js';

const exactly = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
const roughly = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** A moment as people read it: how far away, and when exactly. The server does not know their time zone. */
export function moment(at: string, now: Date): Html {
  const date = new Date(at);
  return html`<time datetime="${at}">${farAway(date.getTime() - now.getTime())}</time
    ><span class="quiet">${exactly.format(date)} UTC</span>`;
}

function farAway(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (Math.abs(minutes) < 1) return 'just now';
  if (Math.abs(minutes) < 120) return roughly.format(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 48 ? roughly.format(hours, 'hour') : roughly.format(Math.round(hours / 24), 'day');
}
