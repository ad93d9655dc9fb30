import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { InstanceNotices } from '../notices/instance-notices.js';
import { denialOf, noticeOf } from './denial-notice.js';
import type { DenyKey } from './deny-list.js';
import { MemoryDenyList } from './memory-deny-list.js';

/** A deny list that instances share. Each has a copy in its memory, so that no request waits. */
export class SharedDenyList extends MemoryDenyList {
  readonly #notices: InstanceNotices;

  constructor(options: Pick<ResolvedOptions, 'clock'>, notices: InstanceNotices) {
    super(options);
    this.#notices = notices;
    notices.onNotice((notice) => {
      const denial = denialOf(notice, options.clock.nowMs());
      if (denial !== undefined) this.deny(denial.key, denial.untilMs);
    });
  }

  override denyEverywhere(key: DenyKey, untilMs: number): void {
    this.deny(key, untilMs);
    this.#notices.publish(noticeOf({ key, untilMs }));
  }
}
