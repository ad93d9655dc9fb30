/**
 * The option that a misspelled path most likely means, or undefined if none is close. An option's
 * name without its group counts too, so that `durationMinutes` finds `session.durationMinutes`.
 */
export function nearestOption(path: string, options: readonly string[]): string | undefined {
  const ranked = options
    .map((option) => ({ option, distance: distanceBetween(path, option) }))
    .sort((one, other) => one.distance - other.distance);
  const [nearest] = ranked;
  const maxDistance = Math.max(1, Math.floor(nameOf(path).length / 3));
  return nearest !== undefined && nearest.distance <= maxDistance ? nearest.option : undefined;
}

/** Equal names in different groups count as closer than any misspelling of the name. */
function distanceBetween(path: string, option: string): number {
  const byName = editDistance(nameOf(path), nameOf(option)) + 0.5;
  return Math.min(editDistance(path, option), byName);
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('.') + 1).toLowerCase();

/** Levenshtein distance, ignoring case. */
function editDistance(one: string, other: string): number {
  const target = other.toLowerCase();
  let previous = Array.from({ length: target.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(one.toLowerCase()).entries()) {
    const current = [row + 1];
    for (let column = 1; column <= target.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (letter === target[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[target.length] ?? 0;
}
