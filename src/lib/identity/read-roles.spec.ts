import { readRoles } from './read-roles.js';

describe('readRoles', () => {
  it.each<[unknown, readonly string[]]>([
    [
      ['admin', 'editor'],
      ['admin', 'editor'],
    ],
    [undefined, []],
    [null, []],
    ['admin', []],
    [{ 0: 'admin', length: 1 }, []],
    [['admin', 7, ['editor']], ['admin']],
  ])('reads %p as %p', (value, roles) => {
    expect(readRoles(value)).toEqual(roles);
  });
});
