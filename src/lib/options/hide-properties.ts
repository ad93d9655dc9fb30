/** Makes properties non-enumerable, so that they are neither printed nor serialized with their object. */
export function hideProperties<Target extends object>(target: Target, ...names: (keyof Target)[]): Target {
  for (const name of names) Object.defineProperty(target, name, { enumerable: false });
  return target;
}
