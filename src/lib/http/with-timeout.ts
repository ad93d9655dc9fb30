/**
 * Whether what `run` starts resolves within `timeoutMs`. An error of an engine of the application is not passed on or
 * logged, since its message may contain stored data.
 */
export async function succeedsWithin(timeoutMs: number, run: () => Promise<unknown>): Promise<boolean> {
  try {
    const succeeded = run().then(() => true);
    return (await withTimeout(succeeded, timeoutMs)) ?? false;
  } catch {
    return false;
  }
}

/** The value of `promise`, or `undefined` if it takes longer than `timeoutMs`. A rejection passes through. */
export async function withTimeout<Value>(
  promise: Promise<Value>,
  timeoutMs: number,
): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, undefined);
  });
  return Promise.race([promise, timeout]).finally(() => {
    clearTimeout(timer);
  });
}
