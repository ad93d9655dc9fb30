/**
 * The ceiling for anything that must not wait. It is generous, for loaded machines with two cores:
 * no test asserts speed. A test that shows that a deadline is not waited for sets a longer one.
 */
export const ceilingMs = 20_000;

/** A deadline for calls to Stytch that is longer than the ceiling: the maximum of `http.deadlineMs`. */
export const beyondCeilingMs = 60_000;

/** The value of a promise, or an error if it does not settle before the ceiling. */
export async function withinDeadline<Value>(promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`Expected a result within ${ceilingMs} ms.`));
    }, ceilingMs);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
