import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns';
import { once } from 'node:events';
import type { LookupFunction } from 'node:net';

/** A name server on loopback (RFC 1035) that resolves every name to 127.0.0.1 by default. */
export class NameServer {
  /** How many lookups connections made. */
  lookups = 0;
  private behavior: 'resolve' | 'not found' | 'hang' = 'resolve';
  private delayMs = 0;
  private isClosed = false;
  // Ten attempts of ten seconds: longer than any test.
  private readonly resolver = new Resolver({ timeout: 10_000, tries: 10 });

  private constructor(private readonly socket = createSocket('udp4')) {
    socket.on('message', (question, { port, address }) => {
      if (this.behavior === 'hang') return;
      const response = this.behavior === 'resolve' ? addressResponse(question) : notFoundResponse(question);
      setTimeout(() => {
        if (!this.isClosed) socket.send(response, port, address);
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

  resolve(after: { ms: number } = { ms: 0 }): void {
    this.behavior = 'resolve';
    this.delayMs = after.ms;
  }

  failToResolve(): void {
    this.behavior = 'not found';
  }

  hang(): void {
    this.behavior = 'hang';
  }

  /** For connections that use this server only. */
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

/** The question section, without the OPT record that may follow it. */
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

/** An answer record: a pointer to the name in the question, type A, class IN, TTL 0, 127.0.0.1. */
const loopbackRecord = Buffer.from([0xc0, headerBytes, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);
const addressResponse = (message: Buffer) => reply(message, { flags: 0x8180, answers: [loopbackRecord] });

const notFoundResponse = (message: Buffer) => reply(message, { flags: 0x8183, answers: [] });
