import { type IncomingMessage } from 'node:http';
import { refuse } from '../wire/api-error.js';

const maxBodyBytes = 1_000_000;

/**
 * The body of a request as text.
 *
 * @throws {ApiError} `bad_request` if it is larger than 1 MB
 */
export async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Reads to the end even beyond the limit, because a client may not read a response while it sends.
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  if (bytes > maxBodyBytes) refuse(400, 'bad_request', 'The body must not be larger than 1 MB.');
  return Buffer.concat(chunks).toString();
}
