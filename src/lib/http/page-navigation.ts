import type { IncomingMessage } from 'node:http';

/**
 * Whether the browser is loading a page, as opposed to a script reading a response. Browsers that send
 * Fetch Metadata say so; for others, `Accept: text/html` decides.
 */
export function isPageNavigation({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET') return false;
  const mode = headers['sec-fetch-mode'];
  const destination = headers['sec-fetch-dest'];
  if (mode !== undefined || destination !== undefined)
    return mode === 'navigate' && destination === 'document';
  return acceptsHtml(headers.accept);
}

/** Whether the response will be shown to a person; for requests of any method. */
export function wantsPage({ headers }: IncomingMessage): boolean {
  return acceptsHtml(headers.accept);
}

/** Whether a form was submitted. It gets a redirect or a page; JSON gets JSON. */
export const isFormPost = ({ headers }: IncomingMessage): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');

const acceptsHtml = (accept: string | undefined) => /(^|,)\s*text\/html\s*(;|,|$)/i.test(accept ?? '');

/** Maximum length of an address to return to after sign-in, in characters. */
export const maxReturnToLength = 2048;

/** The request target as the browser sent it: path and query. */
export function requestTarget(request: IncomingMessage): string {
  // Routers of Express shorten `url`.
  return (request as { originalUrl?: string }).originalUrl ?? request.url ?? '/';
}

/** The path of a request target. It is cut out and the rest is not parsed, like the query. */
export const pathIn = (target: string): string => target.replace(/[?#].*$/s, '');

/**
 * The query of a request target. It is cut out and the rest is not parsed, since the request target
 * may be an absolute URL with an invalid host (RFC 9112 section 3.2.2).
 */
export function queryOf(target: string): URLSearchParams {
  const [, query = ''] = /\?([^#]*)/.exec(target) ?? [];
  return new URLSearchParams(query);
}
