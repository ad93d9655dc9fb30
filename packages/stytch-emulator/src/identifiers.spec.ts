import { createIdentifiers } from './identifiers.js';

describe('createIdentifiers', () => {
  it('formats the given random bytes like Stytch’s ids, tokens and secrets', () => {
    const ones = createIdentifiers((size) => Buffer.alloc(size, 0xff));
    expect(ones.id('user')).toBe('user-test-ffffffff-ffff-4fff-bfff-ffffffffffff');
    expect(ones.id('phone-number')).toBe('phone-number-test-ffffffff-ffff-4fff-bfff-ffffffffffff');
    expect(ones.token()).toBe('_'.repeat(44));
    expect(ones.secret()).toBe(`secret-test-emulator-${'_'.repeat(25)}w=`);

    expect(ones.passcode()).toBe('710655');

    const zeros = createIdentifiers((size) => Buffer.alloc(size));
    expect(zeros.id('session')).toBe('session-test-00000000-0000-4000-8000-000000000000');
    expect(zeros.passcode()).toBe('000000');
  });
});
