import type { RevocationNotice } from '../../ports/revocation-channel.js';
import { changePrefix } from '../notices/bounded-notices.js';
import type { Change } from './change.js';

const pattern =
  /^stale (?<of>user|member|organization) (?<kind>update|deletion) (?<id>[\w-]{1,128}) (?<at>\d{1,15})$/;

/**
 * The notice of a change. Its key has the time, so that notices of several changes do not replace each other in a
 * channel, in whatever order they arrive.
 */
export const noticeOf = ({ of, kind, id, atMs }: Change, untilMs: number): RevocationNotice => ({
  key: `${changePrefix}${of} ${kind} ${id} ${atMs}`,
  untilMs,
});

/** Undefined if the notice is not one of a change. */
export function changeOf({ key }: RevocationNotice): Change | undefined {
  const parts = pattern.exec(key)?.groups;
  if (parts === undefined) return undefined;
  const { of, kind, id, at } = parts as { of: Change['of']; kind: Change['kind']; id: string; at: string };
  return { of, kind, id, atMs: Number(at) };
}
