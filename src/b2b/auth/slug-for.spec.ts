import { slugFor } from './slug-for.js';

describe('the slug of a name', () => {
  it.each([
    ['Acme, Inc.', 'acme-inc'],
    ['  Ünïted & Sons ', 'united-sons'],
    ['../..', undefined],
    ['公司', undefined],
    ['A', undefined],
    ['x'.repeat(128), 'x'.repeat(100)],
    [`${'x'.repeat(99)} y`, 'x'.repeat(99)],
  ])('of %p is %p', (name, slug) => {
    expect(slugFor(name)).toBe(slug);
  });
});
