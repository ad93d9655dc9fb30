import type { IncomingMessage } from 'node:http';

/**
 * Whether a person is looking at a page that is being loaded, and not a script at a response.
 * Browsers say so with Fetch Metadata; from others, asking for HTML is the best sign there is.
 */
export function isPageNavigation({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET') return false;
  const mode = headers['sec-fetch-mode'];
  const destination = headers['sec-fetch-dest'];
  if (mode !== undefined || destination !== undefined)
    return mode === 'navigate' && destination === 'document';
  return acceptsHtml(headers.accept);
}

/** Whether an answer is going to be read by a person, for requests of any method. */
export function wantsPage({ headers }: IncomingMessage): boolean {
  return acceptsHtml(headers.accept);
}

const acceptsHtml = (accept: string | undefined) => /(^|,)\s*text\/html\s*(;|,|$)/i.test(accept ?? '');

/** The address of a request as the browser asked for it: path and query. */
export function requestTarget(request: IncomingMessage): string {
  // Express keeps it apart because routers shorten `url`.
  return (request as { originalUrl?: string }).originalUrl ?? request.url ?? '/';
}

/**
 * The query of an address. Cut out, since a request line may hold anything at all before it, such
 * as an absolute URL with a host that no parser takes (RFC 9112 section 3.2.2).
 */
export function queryOf(address: string): URLSearchParams {
  const [, query = ''] = /\?([^#]*)/.exec(address) ?? [];
  return new URLSearchParams(query);
}
