import { recipientKey } from './recipient-key.js';

describe('recipientKey', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['ADA@Example.COM', 'ada@example.com'],
    ['ada+tag@example.com', 'ada@example.com'],
    ['ada+one+two@example.com', 'ada@example.com'],
    ['a.d.a@example.com', 'a.d.a@example.com'],
    ['a.d.a@gmail.com', 'ada@gmail.com'],
    ['A.da+tag@GoogleMail.com', 'ada@gmail.com'],
    ['\uff41da@example.com', 'ada@example.com'],
    ['ada\uff0btag@example.com', 'ada@example.com'],
    ['u\u0308@example.com', '\u00fc@example.com'],
    ['stra\u00dfe@example.com', 'strasse@example.com'],
    ['ada@ex\u00e4mple.com', 'ada@xn--exmple-cua.com'],
    ['ada@exa\u0308mple.com', 'ada@xn--exmple-cua.com'],
    ['ada@XN--exmple-cua.com', 'ada@xn--exmple-cua.com'],
  ])('counts %s as %s', (email, key) => {
    expect(recipientKey(email)).toBe(key);
  });
});
