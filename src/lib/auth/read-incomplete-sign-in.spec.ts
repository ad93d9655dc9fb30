import { readIncompleteSignIn } from './read-incomplete-sign-in.js';

const organization = { organization_id: 'organization-test-1' };
const incomplete = { member_authenticated: false, intermediate_session_token: 'token', organization };

describe('an incomplete sign-in', () => {
  it.each([
    undefined,
    null,
    {},
    { session_jwt: 'a.b.c' },
    { ...incomplete, member_authenticated: true },
    { ...incomplete, member_authenticated: undefined },
  ])('is not read from %j', (body) => {
    expect(readIncompleteSignIn(body)).toBeUndefined();
  });

  it('names the methods that the organization allows', () => {
    const primary_required = { allowed_auth_methods: ['sso', 'google_oauth', 7] };

    expect(readIncompleteSignIn({ ...incomplete, primary_required })).toEqual({
      intermediateSessionToken: 'token',
      primaryRequired: {
        organizationId: 'organization-test-1',
        allowedAuthMethods: ['sso', 'google_oauth'],
      },
    });
  });

  it.each([
    { mfa_required: {} },
    { primary_required: null },
    { primary_required: {}, organization: null },
    {},
  ])('lacks a second factor with %j', (body) => {
    expect(readIncompleteSignIn({ ...incomplete, ...body })).toEqual({
      intermediateSessionToken: 'token',
      primaryRequired: undefined,
    });
  });
});
