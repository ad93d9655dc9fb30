/** The time since something happened, for example `5 minutes ago`. */
export function formatAge(seconds: number): string {
  return seconds < 45 ? 'just now' : `${formatDuration(seconds)} ago`;
}

/** The time since something happened where there is little space, for example `5 min`. */
export function formatShortAge(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (seconds < 45) return 'now';
  if (minutes < 60) return `${Math.max(1, minutes)} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** A duration, for example `5 minutes`. Rounded down, so that a remaining time is never overstated. */
export function formatDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return pluralize(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? pluralize(hours, 'hour') : pluralize(Math.floor(hours / 24), 'day');
}

function pluralize(count: number, unit: string): string {
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}
