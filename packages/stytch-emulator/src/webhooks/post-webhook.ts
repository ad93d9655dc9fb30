import { request } from 'node:http';

/**
 * Sends one request on a new connection. Redirects are not followed.
 *
 * @returns the status of the response, after its body was received
 * @throws if there is no complete response, and when the signal aborts
 */
export function postWebhook(
  url: string,
  { headers, body, signal }: { headers: Record<string, string>; body: string; signal: AbortSignal },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'stytch-emulator' },
      agent: false,
      signal,
    });
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode ?? 0);
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
