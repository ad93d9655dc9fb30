import { type EmulatorClock, nowSeconds } from '../clock.js';
import { EmulatorError } from '../emulator-error.js';
import { type Identifiers } from '../identifiers.js';
import { Entries } from '../project/entries.js';
import { toTimestamp } from '../wire/json.js';
import {
  type Message,
  type MessageChannel,
  type MessageFilter,
  type MessageKind,
  type MessageOfKind,
  type MessageOrganization,
} from './message.js';

/** A new message. */
export type NewMessage = NewLinkMessage | NewCodeMessage;

interface NewLinkMessage extends NewMessageBase {
  readonly kind: 'link';
  readonly token: string;
  /** The text of the button in the email. */
  readonly action: string;
  /** The path and query of the link. The origin is added when the message is read: the port can change. */
  readonly linkPath: string;
  /** Of the link that signs in without a password, in an email for a password reset. */
  readonly loginLinkPath?: string;
}

interface NewCodeMessage extends NewMessageBase {
  readonly kind: 'code';
  readonly code: string;
  /** The id of the email address or phone number, by which the resource that sent the code finds it. */
  readonly methodId: string;
}

interface NewMessageBase {
  readonly to: string;
  readonly channel: MessageChannel;
  readonly type: string;
  readonly subject: string | null;
  /** The label of this type of message in the inbox, for example `Login link`. */
  readonly label: string;
  /** The body of the message. */
  readonly text: string;
  /** As in the message that is read. */
  readonly organization?: MessageOrganization | null;
}

/** A message as it is stored. */
export type StoredMessage = NewMessage & {
  readonly id: string;
  readonly createdAtSeconds: number;
};

interface Waiter {
  /** Resolves the promise if there is a message for it. Returns the messages that count as received then. */
  offer: () => Message[];
  reject: (reason: Error) => void;
}

const maxMessages = 500;

/** The delivered messages and the callers that wait for one. */
export class Mailbox {
  readonly entries = new Entries<StoredMessage>(({ id }) => id);
  /** Ids of the messages that a waiter has received. */
  private readonly received = new Set<string>();
  private readonly waiters = new Set<Waiter>();

  /** @param emulatorUrl the origin of links; read late, because the port is unknown before listening */
  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
    private readonly emulatorUrl: () => string,
  ) {}

  clear(): void {
    this.entries.clear();
    this.received.clear();
  }

  delete(id: string): void {
    const message = this.entries.get(id);
    if (message) this.entries.delete(message);
    this.received.delete(id);
  }

  /** @returns the id of the message */
  deliver(message: NewMessage): string {
    const id = this.identifiers.id('message');
    this.entries.set({ ...message, id, createdAtSeconds: nowSeconds(this.clock) });
    for (const oldest of this.entries.all().slice(0, -maxMessages)) this.entries.delete(oldest);
    this.resolveWaiters([...this.waiters]);
    return id;
  }

  /** Oldest first. */
  list<Kind extends MessageKind = MessageKind>(filter: MessageFilter<Kind> = {}): MessageOfKind<Kind>[] {
    return this.listStored()
      .map((message) => this.toMessage(message))
      .filter((message) => matches(message, filter));
  }

  /** Oldest first. */
  listStored(): StoredMessage[] {
    return this.entries.all();
  }

  latest<Kind extends MessageKind = MessageKind>(
    filter?: MessageFilter<Kind>,
  ): MessageOfKind<Kind> | undefined {
    return this.list(filter).at(-1);
  }

  /**
   * The newest message that no earlier call has returned, or else the next one that arrives.
   *
   * @throws {EmulatorError} `emulator_no_message` after `timeoutMs` (default 5000) of real time,
   *   `emulator_closed` when the emulator is closed in the meantime
   */
  async wait<Kind extends MessageKind = MessageKind>({
    timeoutMs = 5000,
    ...filter
  }: MessageFilter<Kind> & { timeoutMs?: number }): Promise<MessageOfKind<Kind>> {
    let timer: NodeJS.Timeout | undefined;
    let waiter: Waiter | undefined;
    try {
      return await new Promise<MessageOfKind<Kind>>((resolve, reject) => {
        waiter = {
          offer: () => {
            const matching = this.list(filter);
            const newest = matching.at(-1);
            if (newest === undefined || this.received.has(newest.id)) return [];
            resolve(newest);
            return matching;
          },
          reject,
        };
        this.waiters.add(waiter);
        timer = setTimeout(() => {
          reject(new EmulatorError('emulator_no_message', this.timeoutMessage(filter, timeoutMs)));
        }, timeoutMs);
        this.resolveWaiters([waiter]);
      });
    } finally {
      clearTimeout(timer);
      if (waiter) this.waiters.delete(waiter);
    }
  }

  /** Rejects all waiters. */
  close(): void {
    for (const { reject } of this.waiters) {
      reject(new EmulatorError('emulator_closed', 'The emulator was closed.'));
    }
  }

  toMessage(message: StoredMessage): Message {
    const { id, to, channel, type, subject, organization } = message;
    const createdAt = toTimestamp(message.createdAtSeconds);
    const base = {
      id,
      to,
      channel,
      type,
      subject,
      ...(organization !== undefined && { organization }),
      createdAt,
    };
    return message.kind === 'link'
      ? {
          ...base,
          kind: 'link',
          link: this.emulatorUrl() + message.linkPath,
          token: message.token,
          code: null,
          ...(message.loginLinkPath !== undefined && {
            loginLink: this.emulatorUrl() + message.loginLinkPath,
          }),
        }
      : { ...base, kind: 'code', code: message.code, link: null, token: null };
  }

  /** All waiters for the same message get it, because one of them may belong to a closed connection. */
  private resolveWaiters(waiters: Waiter[]): void {
    const received = waiters.flatMap(({ offer }) => offer());
    for (const { id } of received) this.received.add(id);
  }

  private timeoutMessage({ to, kind }: MessageFilter, timeoutMs: number): string {
    const count = this.entries.size;
    const wanted = `${kind === undefined ? '' : ` with a ${kind}`}${to === undefined ? '' : ` to ${to}`}`;
    const contents = count === 0 ? 'The mailbox is empty.' : `The mailbox contains ${count} in total.`;
    return `No new message${wanted} arrived within ${timeoutMs} ms. ${contents}`;
  }
}

function matches<Kind extends MessageKind>(
  message: Message,
  { to, kind }: MessageFilter<Kind>,
): message is MessageOfKind<Kind> {
  return (
    (to === undefined || message.to.toLowerCase() === to.toLowerCase()) &&
    (kind === undefined || message.kind === kind)
  );
}
