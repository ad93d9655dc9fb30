import { type IncomingMessage } from 'node:http';
import { refuse } from '../api/api-error.js';

const largestBodyBytes = 1_000_000;

/**
 * The body of a request as text.
 *
 * @throws {ApiError} `bad_request` over 1 MB
 */
export async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // What comes after the limit is read and forgotten, so that the client gets to hear the answer.
    if (bytes <= largestBodyBytes) chunks.push(chunk);
  }
  if (bytes > largestBodyBytes) refuse('bad_request', 'The body is larger than 1 MB.');
  return Buffer.concat(chunks).toString();
}
