import { systemClock } from '../options/system-clock.js';
import type { OutgoingCall } from './call-record.js';
import { TransportError } from './transport.error.js';

/**
 * How long after its deadline a call is given up. Usually the transport has ended it by then; if the
 * event loop was blocked, a response that arrived in time is read first.
 */
const graceMs = 100;

/**
 * The result of a call, or an error after its deadline. The transport ends calls at their deadline, but
 * instrumentation that replaces `fetch` may drop the dispatcher and with it the transport's limits.
 */
export async function withinDeadline<Body>(
  body: Promise<Body>,
  { deadlineAtMs, record }: OutgoingCall,
): Promise<Body> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    const giveUp = () => {
      record.failure ??= 'deadline';
      reject(new TransportError('deadline'));
    };
    timer = setTimeout(
      () => {
        timer = setTimeout(giveUp, graceMs);
      },
      Math.max(1, deadlineAtMs - systemClock.monotonicMs()),
    );
  });
  return Promise.race([body, expired]).finally(() => {
    clearTimeout(timer);
  });
}
