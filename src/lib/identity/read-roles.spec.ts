import { readRoles } from './read-roles.js';

describe('readRoles', () => {
  it.each<[unknown, readonly string[] | undefined]>([
    [
      ['admin', 'editor'],
      ['admin', 'editor'],
    ],
    [undefined, []],
    [null, []],
    ['admin', undefined],
    [['admin', 7], undefined],
  ])('reads %p as %p', (value, roles) => {
    expect(readRoles(value)).toEqual(roles);
  });
});
