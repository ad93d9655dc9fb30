import type { ServerResponse } from 'node:http';

const mebibyte = 1024 * 1024;

/** Sends blanks, up to 64 MiB or until the client disconnects. Returns the number of bytes sent so far. */
export function sendEndlessBody(response: ServerResponse): () => number {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  let sentBytes = 0;
  const send = () => {
    while (!response.destroyed && sentBytes < 64 * mebibyte) {
      sentBytes += chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', send);
        return;
      }
    }
  };
  send();
  return () => sentBytes;
}

/** More than the buffers of both ends of a connection, and far less than the whole body. */
export const maxBufferedBytes = 16 * mebibyte;
