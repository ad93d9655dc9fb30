import { applyDecorators, Header } from '@nestjs/common';
import { styleSource } from './layout.js';

const headers = {
  'content-type': 'text/html; charset=utf-8',
  // No scripts, no external resources, no framing; forms submit to this origin only.
  'content-security-policy': `default-src 'none'; style-src ${styleSource}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  // With no-referrer, browsers would submit forms with "Origin: null", which the library refuses.
  'referrer-policy': 'strict-origin',
  'x-content-type-options': 'nosniff',
  // The page depends on who is signed in.
  'cache-control': 'no-store',
};

/** For handlers that return an HTML page. */
export const HtmlPage = () =>
  applyDecorators(...Object.entries(headers).map(([name, value]) => Header(name, value)));
