import { setTimeout as wait } from 'node:timers/promises';

/** Waits for something that happens in the background, for two seconds at most. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await first(
    async () => ({ isSo: await isSo() }),
    ({ isSo }) => isSo,
  );
}

/** The first value that is as wanted; looks again and again, for two seconds at most. */
export async function first<Value>(
  look: () => Promise<Value>,
  isWanted: (value: Value) => boolean,
): Promise<Value> {
  const endsAt = performance.now() + 2000;
  for (;;) {
    const value = await look();
    if (isWanted(value)) return value;
    if (performance.now() > endsAt) throw new Error('Waited two seconds for something that did not happen.');
    await wait(2);
  }
}
