/** For example `15 minutes`, `an hour` or `24 hours`. */
export function formatDuration(minutes: number): string {
  if (minutes === 60) return 'an hour';
  if (minutes === 1) return 'a minute';
  return minutes % 60 === 0 ? `${minutes / 60} hours` : `${minutes} minutes`;
}
