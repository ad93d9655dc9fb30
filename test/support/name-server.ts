import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns';
import { once } from 'node:events';
import type { LookupFunction } from 'node:net';

/** A name server on loopback (RFC 1035), at which every name stands for 127.0.0.1 until told otherwise. */
export class NameServer {
  /** How often a connection wanted a name resolved. */
  lookups = 0;
  private behaviour: 'answers' | 'knows no name' | 'is silent' = 'answers';
  private delayMs = 0;
  private isClosed = false;
  // It asks again by and by, and so waits for longer than any test.
  private readonly resolver = new Resolver({ timeout: 10_000, tries: 10 });

  private constructor(private readonly socket = createSocket('udp4')) {
    socket.on('message', (question, { port, address }) => {
      if (this.behaviour === 'is silent') return;
      const answer = this.behaviour === 'answers' ? answerTo(question) : refusalOf(question);
      setTimeout(() => {
        if (!this.isClosed) socket.send(answer, port, address);
      }, this.delayMs);
    });
  }

  static async start(): Promise<NameServer> {
    const server = new NameServer();
    server.socket.bind(0, '127.0.0.1');
    await once(server.socket, 'listening');
    server.resolver.setServers([`127.0.0.1:${server.socket.address().port}`]);
    return server;
  }

  answers(after: { ms: number } = { ms: 0 }): void {
    this.behaviour = 'answers';
    this.delayMs = after.ms;
  }

  knowsNoName(): void {
    this.behaviour = 'knows no name';
  }

  isSilent(): void {
    this.behaviour = 'is silent';
  }

  /** For connections that are to ask this server and no other. */
  readonly lookup: LookupFunction = (name, { all }, callback) => {
    this.lookups += 1;
    this.resolver.resolve4(name, (error, addresses) => {
      const [address = ''] = error ? [] : addresses;
      if (error) callback(error, '');
      else if (all === true) callback(null, [{ address, family: 4 }]);
      else callback(null, address, 4);
    });
  };

  close(): void {
    this.isClosed = true;
    this.resolver.cancel();
    this.socket.close();
  }
}

const headerBytes = 12;

/** The question itself, without what may follow it (an OPT record). */
function questionOf(message: Buffer): Buffer {
  let at = headerBytes;
  while (message[at] !== 0) at += message.readUInt8(at) + 1;
  return message.subarray(headerBytes, at + 5);
}

function reply(message: Buffer, { flags, answers }: { flags: number; answers: Buffer[] }): Buffer {
  const header = Buffer.alloc(headerBytes);
  message.copy(header, 0, 0, 2);
  header.writeUInt16BE(flags, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, questionOf(message), ...answers]);
}

/** The name of the question again (a pointer to it), A, IN, to be kept for no time, 127.0.0.1. */
const loopbackRecord = Buffer.from([0xc0, headerBytes, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);
const answerTo = (message: Buffer) => reply(message, { flags: 0x8180, answers: [loopbackRecord] });

const refusalOf = (message: Buffer) => reply(message, { flags: 0x8183, answers: [] });
