import { toBase32 } from '../../../base32.js';
import { codeOfStep, stepAt, stepOfCode } from './totp-code.js';

// RFC 6238, appendix B, shortened to 6 digits.
const secret = toBase32(Buffer.from('12345678901234567890'));

describe('TOTP codes', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1234567890, '005924'],
    [20000000000, '353130'],
  ])('are those of RFC 6238 at %d s', (atSeconds, code) => {
    expect(secret).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    expect(codeOfStep(secret, stepAt(atSeconds))).toBe(code);
  });

  it('are accepted in the step before and the step after theirs', () => {
    const step = stepAt(1234567890);
    const atSeconds = step * 30;
    expect(stepOfCode(secret, '005924', atSeconds - 30)).toBe(step);
    expect(stepOfCode(secret, '005924', atSeconds + 59)).toBe(step);
    expect(stepOfCode(secret, '005924', atSeconds - 31)).toBeUndefined();
    expect(stepOfCode(secret, '005924', atSeconds + 60)).toBeUndefined();
  });
});
