import { Entries } from './entries.js';

interface Person {
  readonly id: string;
  readonly names: readonly string[];
}

describe('an index of entries', () => {
  const ada: Person = { id: '1', names: ['Ada', 'Augusta'] };
  const bob: Person = { id: '2', names: ['Bob'] };
  let people: Entries<Person>;
  let idOf: (name: string) => string | undefined;
  beforeEach(() => {
    people = new Entries<Person>(({ id }) => id);
    people.set(structuredClone(ada));
    const index = people.indexBy(({ names }) => names);
    people.set(structuredClone(bob));
    idOf = (name) => index.get(name)?.id;
  });

  it('finds entries that were added before and after the index, by each of their keys', () => {
    expect(['Ada', 'Augusta', 'Bob', 'Eve'].map(idOf)).toEqual(['1', '1', '2', undefined]);
  });

  it('follows a key that moves to another entry, whichever of the two is edited first', () => {
    for (const [from, to] of [
      ['1', '2'],
      ['2', '1'],
    ] as const) {
      idOf('Ada');
      people.edit(people.get(to)!).names.push('Ada');
      const edited = people.edit(people.get(from)!);
      edited.names = edited.names.filter((name) => name !== 'Ada');
      expect(idOf('Ada')).toBe(to);
    }
  });

  it('forgets deleted entries and reads replaced and restored ones again', () => {
    idOf('Ada');
    people.delete(people.get('1')!);
    expect(idOf('Ada')).toBeUndefined();

    people.set({ id: '2', names: ['Robert'] });
    expect(['Bob', 'Robert'].map(idOf)).toEqual([undefined, '2']);

    people.restore([ada]);
    expect(['Ada', 'Robert'].map(idOf)).toEqual(['1', undefined]);
  });
});
