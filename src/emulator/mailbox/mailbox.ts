import { wireTime } from '../api/json.js';
import { type EmulatorClock, nowSeconds } from '../clock.js';
import { EmulatorError } from '../emulator-error.js';
import { type Identifiers } from '../identifiers.js';
import { type MagicLink } from '../magic-links/magic-link.js';
import { sameAddress } from '../users/user.js';
import { type Message, type MessageFilter, type MessageType } from './message.js';

/** A message as it is kept: its link is made when it is read, because the port can differ between runs. */
export interface StoredMessage {
  id: string;
  to: string;
  type: MessageType;
  token: string;
  createdAtSeconds: number;
}

const subjects: Record<MessageType, string> = {
  magic_link_login: 'Log in to your account',
  magic_link_signup: 'Confirm your email address',
  magic_link_invite: 'You have been invited',
};

interface Waiting {
  filter: MessageFilter;
  resolve: (message: Message) => void;
  reject: (reason: Error) => void;
}

const keptMessages = 500;

export class Mailbox {
  private messages: StoredMessage[] = [];
  private readonly seen = new Set<string>();
  private readonly waiting = new Set<Waiting>();

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
    private readonly linkTo: (token: string) => string,
  ) {}

  stored(): StoredMessage[] {
    return this.messages;
  }

  restore(messages: StoredMessage[]): void {
    this.messages = messages;
    this.seen.clear();
  }

  deliver(to: string, link: MagicLink & { kind: 'login' | 'signup' | 'invite' }): void {
    this.messages.push({
      id: this.identifiers.id('message'),
      to,
      type: `magic_link_${link.kind}`,
      token: link.token,
      createdAtSeconds: nowSeconds(this.clock),
    });
    this.messages = this.messages.slice(-keptMessages);
    this.serve([...this.waiting]);
  }

  /** Oldest first. */
  list({ to }: MessageFilter = {}): Message[] {
    const matching =
      to === undefined ? this.messages : this.messages.filter((one) => sameAddress(one.to, to));
    return matching.map((message) => ({
      id: message.id,
      to: message.to,
      type: message.type,
      subject: subjects[message.type],
      link: this.linkTo(message.token),
      token: message.token,
      code: null,
      createdAt: wireTime(message.createdAtSeconds),
    }));
  }

  latest(filter?: MessageFilter): Message | undefined {
    return this.list(filter).at(-1);
  }

  /**
   * The newest message that nobody has waited for before, or else the next one that comes.
   *
   * @throws {EmulatorError} `emulator_no_message` after `timeoutMs` (default 5000) of real time,
   *   `emulator_closed` when the emulator is closed first
   */
  async wait({ timeoutMs = 5000, ...filter }: MessageFilter & { timeoutMs?: number }): Promise<Message> {
    let timer: NodeJS.Timeout | undefined;
    let waiting: Waiting | undefined;
    try {
      return await new Promise<Message>((resolve, reject) => {
        waiting = { filter, resolve, reject };
        this.waiting.add(waiting);
        timer = setTimeout(() => {
          reject(new EmulatorError('emulator_no_message', this.nothingCame(filter, timeoutMs)));
        }, timeoutMs);
        this.serve([waiting]);
      });
    } finally {
      clearTimeout(timer);
      if (waiting) this.waiting.delete(waiting);
    }
  }

  clear(): void {
    this.restore([]);
  }

  /** Nobody waits any longer. */
  close(): void {
    for (const { reject } of this.waiting)
      reject(new EmulatorError('emulator_closed', 'The emulator was closed.'));
  }

  /** All who wait for the same mail get it; one of them may have gone away without a word. */
  private serve(waiting: Waiting[]): void {
    const handedOut = waiting.flatMap(({ filter, resolve }) => {
      const matching = this.list(filter);
      const newest = matching.at(-1);
      if (newest === undefined || this.seen.has(newest.id)) return [];
      resolve(newest);
      return matching;
    });
    for (const { id } of handedOut) this.seen.add(id);
  }

  private nothingCame({ to }: MessageFilter, timeoutMs: number): string {
    const others =
      this.messages.length === 0 ? 'The mailbox is empty.' : `It holds ${this.messages.length} in all.`;
    return `No new message${to === undefined ? '' : ` to ${to}`} came within ${timeoutMs} ms. ${others}`;
  }
}
