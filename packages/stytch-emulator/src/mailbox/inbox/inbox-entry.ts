import { type Mailbox, type StoredMessage } from '../mailbox.js';
import { type Message, type MessageStatus } from '../message.js';

/** A message with all that the inbox shows about it. */
export interface InboxEntry {
  readonly stored: StoredMessage;
  readonly message: Message;
  /** Undefined if the link or the code was deleted. */
  readonly status: MessageStatus | undefined;
  readonly ageSeconds: number;
}

/** Newest first. */
export function inboxEntries(
  mailbox: Mailbox,
  statusOf: (message: StoredMessage) => MessageStatus | undefined,
  nowSeconds: number,
): InboxEntry[] {
  return mailbox
    .listStored()
    .map((stored) => ({
      stored,
      message: mailbox.toMessage(stored),
      status: statusOf(stored),
      ageSeconds: nowSeconds - stored.createdAtSeconds,
    }))
    .reverse();
}

/** Whether each word of the search occurs in the message. Everything matches an empty search. */
export function matchesSearch({ stored, message }: InboxEntry, search: string): boolean {
  const { organization } = stored;
  const text = [
    message.to,
    titleOf(stored),
    stored.label,
    organization?.name,
    organization?.slug,
    message.channel,
    message.code,
    message.link,
  ]
    .join('\n')
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The subject of an email; what a text message is for. */
export function titleOf({ subject, label }: StoredMessage): string {
  return subject ?? label;
}
