import { verifiedJwt } from '../../../test/support/verified-jwt.js';
import { isSameSubject, subjectOf, type Subject } from './subject.js';

describe('subjectOf', () => {
  it('returns the kind and the id of the user', () => {
    const { session } = verifiedJwt(1000, { userId: 'user-test-7' });

    expect(subjectOf(session)).toEqual({ kind: 'user', id: 'user-test-7' });
  });

  it('returns the kind and the id of the member, and of their organization', () => {
    const organization = { id: 'organization-test-1', slug: 'acme' };

    expect(subjectOf({ kind: 'member', memberId: 'member-test-7', organization })).toEqual({
      kind: 'member',
      id: 'member-test-7',
      organizationId: 'organization-test-1',
    });
  });

  it('returns a frozen value', () => {
    expect(Object.isFrozen(subjectOf(verifiedJwt(1000).session))).toBe(true);
  });
});

describe('isSameSubject', () => {
  const user: Subject = { kind: 'user', id: 'user-test-1' };

  it.each<[string, Subject, boolean]>([
    ['the same kind and id', { kind: 'user', id: 'user-test-1' }, true],
    ['another id', { kind: 'user', id: 'user-test-2' }, false],
    ['another kind', { kind: 'member', id: 'user-test-1', organizationId: 'organization-test-1' }, false],
  ])('compares with %s', (_, other, isSame) => {
    expect(isSameSubject(user, other)).toBe(isSame);
  });
});
