import { systemClock } from '../../../options/system-clock.js';

/**
 * Runs `work` and waits until a multiple of `stepMs` has passed since the start, so that the time says
 * nothing about what was done. Results that say so anyway don't have to wait.
 */
export async function atSteadyTime<Result>(
  stepMs: number,
  work: () => Promise<Result>,
  isSecret: (result: Result) => boolean,
): Promise<Result> {
  const startedAtMs = systemClock.monotonicMs();
  const result = await work();
  if (isSecret(result)) {
    const elapsedMs = systemClock.monotonicMs() - startedAtMs;
    await sleep(Math.max(1, Math.ceil(elapsedMs / stepMs)) * stepMs - elapsedMs);
  }
  return result;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
