import type { RevocationNotice } from '../../lib/index.js';

export interface NoticeMessage {
  readonly sequence: number;
  readonly notices: readonly RevocationNotice[];
}

/** The text of a message without its sequence number, which Redis adds. */
export const messageTextOf = (notices: readonly RevocationNotice[]): string =>
  JSON.stringify(notices.map(({ key, untilMs }) => [key, untilMs]));

/** Undefined if the text is not a message: other programs can publish to the channel. */
export function parseMessage(text: string): NoticeMessage | undefined {
  const space = text.indexOf(' ');
  const sequence = Number(text.slice(0, space));
  if (space < 1 || !Number.isSafeInteger(sequence)) return undefined;
  const notices = parseNotices(text.slice(space + 1));
  return notices && { sequence, notices };
}

function parseNotices(text: string): RevocationNotice[] | undefined {
  try {
    const entries: unknown = JSON.parse(text);
    return Array.isArray(entries) ? entries.flatMap(noticeOf) : undefined;
  } catch {
    return undefined;
  }
}

function noticeOf(entry: unknown): RevocationNotice[] {
  const [key, untilMs] = Array.isArray(entry) ? (entry as unknown[]) : [];
  return typeof key === 'string' && typeof untilMs === 'number' ? [{ key, untilMs }] : [];
}
