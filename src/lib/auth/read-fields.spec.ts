import { fieldOf } from './read-fields.js';

describe('fieldOf', () => {
  it('reads one field of a body', () => {
    expect(fieldOf({ email: 'a', return_to: 'b' }, 'return_to')).toBe('b');
    expect(fieldOf(Object.assign(Object.create(null) as object, { email: 'a' }), 'email')).toBe('a');
  });

  it.each([undefined, null, 'ada@example.com', 7, ['ada@example.com'], Object.create({ email: 'a' })])(
    'reads nothing from %p, which has no such field',
    (body) => {
      expect(fieldOf(body, 'email')).toBeUndefined();
    },
  );
});
