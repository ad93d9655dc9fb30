import { coarseNetworkOf, ipv6SiteKey, networkKey } from './network-key.js';

describe('networkKey', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:ffff::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
    ['1:2:3::', '1:2:3:0::/64'],
    ['203.0.113.7:5678', '203.0.113.7'],
    ['::ffff:203.0.113.7:5678', '203.0.113.7'],
    ['[2001:db8:1:2::7]:443', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::7]', '2001:db8:1:2::/64'],
    ['[::ffff:203.0.113.7]:80', '203.0.113.7'],
    ['[fe80::1%eth0]:80', 'fe80:0:0:0::/64'],
  ])('maps %j to the network %j', (ip, network) => {
    expect(networkKey(ip)).toBe(network);
  });

  it.each(['not an address', '', 'unknown', '999.1.1.1', '1.2.3', '1.2.3.4:', '1.2.3.4:x', '[::1', '[1]:80'])(
    'maps %j, which is not an address, to one network that all such values share',
    (ip) => {
      expect(networkKey(ip)).toBe('unknown');
    },
  );
});

describe('ipv6SiteKey', () => {
  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['[2001:0DB8:0001::7]:443', '2001:db8:1::/48'],
    ['203.0.113.7', undefined],
    ['::ffff:203.0.113.7', undefined],
    ['not an address', undefined],
  ])('maps %j to %j', (ip, site) => {
    expect(ipv6SiteKey(ip)).toBe(site);
  });
});

describe('the network of an address in audit logs', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['192.0.2.77:4711', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['[2001:db8:1::7]:443', '2001:db8:1::/48'],
    ['unknown', undefined],
    ['', undefined],
  ])('of %j is %j', (ip, network) => {
    expect(coarseNetworkOf(ip)).toBe(network);
  });
});
