import { setTimeout as wait } from 'node:timers/promises';

/** Waits for something that happens in the background, for two seconds at most unless said otherwise. */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs?: number): Promise<void> {
  await first(
    async () => ({ isSo: await isSo() }),
    ({ isSo }) => isSo,
    withinMs,
  );
}

/** The first value that is as wanted; looks again and again, for two seconds at most unless said otherwise. */
export async function first<Value>(
  look: () => Promise<Value>,
  isWanted: (value: Value) => boolean,
  withinMs = 2000,
): Promise<Value> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    const value = await look();
    if (isWanted(value)) return value;
    if (performance.now() > endsAt)
      throw new Error(`Waited ${withinMs} ms for something that did not happen.`);
    await wait(2);
  }
}
