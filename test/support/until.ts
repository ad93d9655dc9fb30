import { setTimeout as wait } from 'node:timers/promises';
import { ceilingMs } from './within-deadline.js';

/** Polls until something in the background has happened. Throws after `withinMs`. */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs?: number): Promise<void> {
  await first(
    async () => ({ isSo: await isSo() }),
    ({ isSo }) => isSo,
    withinMs,
  );
}

/** Polls until a value is as expected, and returns it. Throws after `withinMs`. */
export async function first<Value>(
  read: () => Promise<Value>,
  isExpected: (value: Value) => boolean,
  withinMs = ceilingMs,
): Promise<Value> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    const value = await read();
    if (isExpected(value)) return value;
    if (performance.now() > endsAt) throw new Error(`Expected this to happen within ${withinMs} ms.`);
    await wait(2);
  }
}
