import { StytchEvents } from '../../src/lib/events/stytch-events.js';
import type { ResolvedOptions } from '../../src/lib/options/resolve-options.js';
import { InstanceNotices } from '../../src/lib/session/notices/instance-notices.js';
import { StaleMarks } from '../../src/lib/session/stale/stale-marks.js';

/** The stale marks of one instance. */
export const newStaleMarks = (options: ResolvedOptions): StaleMarks =>
  new StaleMarks(options, new InstanceNotices(options, new StytchEvents(options)));
