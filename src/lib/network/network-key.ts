import { isIPv4, isIPv6 } from 'node:net';

/**
 * The network used for rate limiting: the IPv4 address itself, or the /64 of an IPv6 address, because
 * one subscriber gets at least a /64 (RFC 6177). IPv4-mapped IPv6 addresses count as IPv4.
 *
 * Some proxies append a port, and a client behind a proxy that is trusted too far can send any text.
 * Ports are ignored, and everything that is not an address counts as one network.
 */
export function networkKey(ip: string): string {
  const address = addressIn(ip);
  if (isIPv4(address)) return address;
  return isIPv6(address) ? prefixOf(address, 64) : 'unknown';
}

/** The /48 of an IPv6 address, of which a site can get a whole one. Undefined for everything else. */
export function ipv6SiteKey(ip: string): string | undefined {
  const address = addressIn(ip);
  return isIPv6(address) ? prefixOf(address, 48) : undefined;
}

/**
 * Where an address is, for audit logs: the /24 of an IPv4 address and the /48 of an IPv6 address, so that nobody is told
 * apart from their neighbors. Undefined for everything else.
 */
export function coarseNetworkOf(ip: string): string | undefined {
  const address = addressIn(ip);
  return isIPv4(address) ? address.replace(/\.\d+$/, '.0/24') : ipv6SiteKey(ip);
}

/** The IP address in `1.2.3.4:80`, `[::1]:80`, `fe80::1%eth0` or `::ffff:1.2.3.4`. */
function addressIn(ip: string): string {
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(ip) ?? [];
  const address = bracketed ?? ip.replace(/^((?:::ffff:)?[\d.]+):\d{1,5}$/i, '$1');
  return address.replace(/%.*$/, '').replace(/^::ffff:(?=[\d.]+$)/i, '');
}

/** The first bits of an IPv6 address, in one spelling. */
function prefixOf(address: string, bits: number): string {
  const [head = '', tail] = address.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(Math.max(0, missing)).fill('0'), ...groups(tail ?? '')];
  const prefix = all.slice(0, bits / 16).map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
  return `${prefix.join(':')}::/${bits}`;
}
