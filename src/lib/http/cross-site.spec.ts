import { isCrossSiteRequest } from './cross-site.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';

const appUrl = 'https://app.example.com';
const trusted = 'https://www.example.com';
const options = resolvedOptions({ appUrl, trustedOrigins: [trusted] });
const passes = (method: string, site?: string, origin?: string) =>
  !isCrossSiteRequest({ method, headers: { 'sec-fetch-site': site, origin } }, options);

describe('isCrossSiteRequest', () => {
  const origins = [undefined, appUrl, trusted, 'https://evil.example', 'null', `${appUrl}.evil.example`, ''];

  it.each<[string | undefined, boolean[]]>([
    // origin:      none   ours  trusted stranger null   longer  empty
    ['same-origin', [true, true, true, true, true, true, true]],
    ['none', [true, true, true, true, true, true, true]],
    ['same-site', [false, true, true, false, false, false, false]],
    ['cross-site', [false, true, true, false, false, false, false]],
    ['unheard-of', [false, true, true, false, false, false, false]],
    [undefined, [true, true, true, false, false, false, false]],
  ])('decides by Sec-Fetch-Site %s and the origin of a state-changing request', (site, expected) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY'])
      expect(origins.map((origin) => passes(method, site, origin))).toEqual(expected);
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('never reports a %s request, which changes nothing', (method) => {
    expect(passes(method, 'cross-site', 'https://evil.example')).toBe(true);
  });

  // Browsers name the origin in each handshake. Mercurius adds other headers that the page chooses.
  it.each([undefined, 'same-origin', 'none', 'cross-site'])(
    'decides by the origin alone in a WebSocket handshake, with Sec-Fetch-Site %s',
    (site) => {
      const isFromOwnPage = (origin: string | undefined) =>
        !isCrossSiteRequest(
          { method: 'GET', headers: { upgrade: 'websocket', 'sec-fetch-site': site, origin } },
          options,
        );

      expect(origins.map(isFromOwnPage)).toEqual([true, true, true, false, false, false, false]);
    },
  );
});
