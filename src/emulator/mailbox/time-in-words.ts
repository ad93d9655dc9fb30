/** How long ago, the way people say it. */
export function agoInWords(seconds: number): string {
  return seconds < 45 ? 'just now' : `${inWords(seconds)} ago`;
}

/** A length of time, rounded down: what is left of a link is never promised longer. */
export function inWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return counted(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? counted(hours, 'hour') : counted(Math.floor(hours / 24), 'day');
}

function counted(count: number, unit: string): string {
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}
