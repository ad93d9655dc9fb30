import { TokenLookupLimit } from './token-lookup-limit.js';

const network = '192.0.2.1';
let nowMs: number;
let elapsedMs: number;
let limit: TokenLookupLimit;
const taken = (attempts: number, clientIp: string | undefined = network) =>
  Array.from({ length: attempts }, () => limit.take(clientIp)).filter(Boolean).length;
beforeEach(() => {
  [nowMs, elapsedMs] = [0, 0];
  limit = new TokenLookupLimit({ clock: { nowMs: () => nowMs, monotonicMs: () => elapsedMs } });
});

describe('the limit of token lookups', () => {
  it('allows each network ten lookups per second, with bursts of a hundred', () => {
    const counts = [0, 99, 1, 1000, 60_000].map((pauseMs) => {
      elapsedMs += pauseMs;
      return taken(120);
    });

    expect(counts).toEqual([100, 0, 1, 10, 100]);
  });

  it('does not refuse a network because another one used its budget up', () => {
    taken(200);

    expect([taken(1), taken(200, '198.51.100.1')]).toEqual([0, 100]);
  });

  it('counts the addresses of one IPv6 subscriber together', () => {
    expect([taken(200, '2001:db8::1'), taken(200, '2001:db8::2')]).toEqual([100, 0]);
  });

  it('allows one IPv6 /48 fifty lookups per second, with bursts of five hundred, from all of its networks', () => {
    const fromAll = () => Array.from({ length: 600 }, (_, n) => taken(1, `2001:db8:0:${n.toString(16)}::1`));
    const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
    const first = sum(fromAll());
    elapsedMs += 1000;

    expect([first, sum(fromAll()), taken(1, '2001:db8:1::1'), taken(1)]).toEqual([500, 50, 1, 1]);
  });

  it('takes nothing from a /48 whose lookup the network is refused, and nothing from a network of a refused /48', () => {
    taken(200, '2001:db8::1');
    const ofSite = Array.from({ length: 5 }, (_, n) => taken(200, `2001:db8:0:${n + 1}::1`));
    elapsedMs += 2000;

    expect([ofSite, taken(200, '2001:db8:0:5::1')]).toEqual([[100, 100, 100, 100, 0], 100]);
  });

  it('gives the permit of a /48 back too', () => {
    for (let n = 0; n < 600; n += 1) {
      expect(limit.take(`2001:db8:0:${n.toString(16)}::1`)).toBe(true);
      limit.giveBack(`2001:db8:0:${n.toString(16)}::1`);
    }
  });

  it('counts clients without an IP address together', () => {
    expect([limit.take(undefined), taken(200, 'unknown')]).toEqual([true, 99]);
  });

  it('allows all networks together a hundred lookups per second, with bursts of a thousand', () => {
    const fromAll = () => Array.from({ length: 300 }, (_, n) => taken(10, `10.0.${n}.1`));
    const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
    const first = sum(fromAll());
    elapsedMs += 1000;

    expect([first, sum(fromAll())]).toEqual([1000, 100]);
  });

  it('takes nothing from a network whose lookup the process refuses', () => {
    for (let n = 0; n < 100; n += 1) taken(10, `10.0.${n}.1`);
    const refused = taken(300);
    elapsedMs += 1000;

    expect([refused, taken(300)]).toEqual([0, 100]);
  });

  it('allows another lookup for each permit that is given back', () => {
    taken(200);
    limit.giveBack(network);

    expect(taken(200)).toBe(1);
  });

  it('is not affected by the wall clock', () => {
    taken(200);
    nowMs += 3_600_000;

    expect(taken(1)).toBe(0);
  });

  it('remembers the ten thousand networks that were seen last', () => {
    taken(200);
    for (let n = 0; n < 9_999; n += 1) limit.take(`10.${n >> 8}.${n & 255}.1`);
    elapsedMs += 50;
    expect(taken(1)).toBe(0);
    for (let n = 0; n < 10_000; n += 1) limit.take(`11.${n >> 8}.${n & 255}.1`);
    // Enough for the process, and not for a network that is remembered.
    elapsedMs += 20;

    expect(limit.take(network)).toBe(true);
  });

  it('is not affected by a /48 without a budget that sends from more networks than are remembered', () => {
    taken(200);
    for (let n = 0; n < 20_000; n += 1) limit.take(`2001:db8:0:${n.toString(16)}::1`);

    expect(taken(1)).toBe(0);
  });
});
