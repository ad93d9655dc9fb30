/**
 * Creates what takes a while once per test worker instead of once per spec file.
 *
 * @param name what it is; spec files that use the same name share it
 */
export function oncePerWorker<Value>(name: string, create: () => Value): Value {
  // test/support/one-realm-environment.cjs keeps it.
  const cache = (globalThis as { [workerCache]?: Map<string, unknown> })[workerCache]!;
  if (!cache.has(name)) cache.set(name, create());
  return cache.get(name) as Value;
}

const workerCache = Symbol.for('nestjs-stytch: worker cache');
