import { type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { refuse } from '../wire/api-error.js';
import { type AllowedOrigins } from './allowed-origins.js';

export const isSdkPath = (path: string): boolean => path.startsWith('/sdk/v1/');

/**
 * Accepts calls of browser SDKs from pages of the allowed origins, and responds to their preflight requests. Calls from
 * other pages are refused before anything is done. A client that is no browser sends no Origin and is accepted, as are
 * mobile SDKs at Stytch.
 */
export function checkSdkOrigin(origins: AllowedOrigins): MiddlewareHandler {
  return (c, next) => {
    const origin = c.req.header('origin');
    if (origin === undefined)
      return isFromOtherSite(c.req.header('sec-fetch-site')) ? refuseOrigin() : next();
    return origins.allows(origin) ? allow(c, next) : refuseOrigin();
  };
}

// Errors need the headers too: without them, a page could not read that an operation is not implemented.
const allow = cors({
  origin: (origin) => origin,
  credentials: true,
  allowHeaders: ['authorization', 'content-type', 'x-sdk-client', 'x-sdk-parent-host'],
  allowMethods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
});

function isFromOtherSite(site: string | undefined): boolean {
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

function refuseOrigin(): never {
  return refuse(
    400,
    'bad_domain_for_stytch_sdk',
    'This website has not been registered as an allowed domain for the Stytch SDK. Pass its origin to the emulator with --allowed-origin.',
  );
}
