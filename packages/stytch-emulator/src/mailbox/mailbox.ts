import { type EmulatorClock, nowSeconds } from '../clock.js';
import { EmulatorError } from '../emulator-error.js';
import { type Identifiers } from '../identifiers.js';
import { Entries } from '../project/entries.js';
import { toTimestamp } from '../wire/json.js';
import { type Message, type MessageFilter } from './message.js';

/** A new email. */
export interface Email {
  readonly to: string;
  readonly type: string;
  readonly subject: string;
  /** The label of this type of email in the inbox, for example `Login link`. */
  readonly label: string;
  readonly token: string;
  /** The path and query of the link. The origin is added when the message is read: the port can change. */
  readonly linkPath: string;
}

/** A message as it is stored. */
export interface StoredMessage extends Email {
  readonly id: string;
  readonly createdAtSeconds: number;
}

interface Waiter {
  filter: MessageFilter;
  resolve: (message: Message) => void;
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

  deliver(email: Email): void {
    this.entries.set({
      ...email,
      id: this.identifiers.id('message'),
      createdAtSeconds: nowSeconds(this.clock),
    });
    for (const oldest of this.entries.all().slice(0, -maxMessages)) this.entries.delete(oldest);
    this.resolveWaiters([...this.waiters]);
  }

  /** Oldest first. */
  list(filter: MessageFilter = {}): Message[] {
    return this.listStored(filter).map((message) => this.toMessage(message));
  }

  /** Oldest first. */
  listStored({ to }: MessageFilter = {}): StoredMessage[] {
    const messages = this.entries.all();
    return to === undefined
      ? messages
      : messages.filter((message) => message.to.toLowerCase() === to.toLowerCase());
  }

  latest(filter?: MessageFilter): Message | undefined {
    return this.list(filter).at(-1);
  }

  /**
   * The newest message that no earlier call has returned, or else the next one that arrives.
   *
   * @throws {EmulatorError} `emulator_no_message` after `timeoutMs` (default 5000) of real time,
   *   `emulator_closed` when the emulator is closed in the meantime
   */
  async wait({ timeoutMs = 5000, ...filter }: MessageFilter & { timeoutMs?: number }): Promise<Message> {
    let timer: NodeJS.Timeout | undefined;
    let waiter: Waiter | undefined;
    try {
      return await new Promise<Message>((resolve, reject) => {
        waiter = { filter, resolve, reject };
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

  /** The url of the link in a message. */
  linkOf({ linkPath }: StoredMessage): string {
    return this.emulatorUrl() + linkPath;
  }

  /** All waiters for the same message get it, because one of them may belong to a closed connection. */
  private resolveWaiters(waiters: Waiter[]): void {
    const received = waiters.flatMap(({ filter, resolve }) => {
      const matching = this.list(filter);
      const newest = matching.at(-1);
      if (newest === undefined || this.received.has(newest.id)) return [];
      resolve(newest);
      return matching;
    });
    for (const { id } of received) this.received.add(id);
  }

  private toMessage(message: StoredMessage): Message {
    const { id, to, type, subject, token, createdAtSeconds } = message;
    return {
      id,
      to,
      type,
      subject,
      link: this.linkOf(message),
      token,
      code: null,
      createdAt: toTimestamp(createdAtSeconds),
    };
  }

  private timeoutMessage({ to }: MessageFilter, timeoutMs: number): string {
    const count = this.entries.size;
    const contents = count === 0 ? 'The mailbox is empty.' : `The mailbox contains ${count} in total.`;
    return `No new message${to === undefined ? '' : ` to ${to}`} arrived within ${timeoutMs} ms. ${contents}`;
  }
}
