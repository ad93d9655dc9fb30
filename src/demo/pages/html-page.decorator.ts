import { applyDecorators, Header } from '@nestjs/common';
import { styleSource } from './layout.js';

const headers = {
  'content-type': 'text/html; charset=utf-8',
  // Nothing is loaded, no script runs, nobody frames it, forms are sent here only.
  'content-security-policy': `default-src 'none'; style-src ${styleSource}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  // Not stricter: a form on a page without a referrer is sent with "Origin: null", and refused.
  'referrer-policy': 'strict-origin',
  'x-content-type-options': 'nosniff',
  // What a page shows depends on who is signed in.
  'cache-control': 'no-store',
};

/** The handler returns a page. */
export const HtmlPage = () =>
  applyDecorators(...Object.entries(headers).map(([name, value]) => Header(name, value)));
