import { readImpersonator } from './read-impersonator.js';

const email = { type: 'magic_link', delivery_method: 'email' };
const impersonated = {
  type: 'impersonated',
  delivery_method: 'impersonation',
  impersonated_factor: {
    impersonator_id: 'impersonator-1',
    impersonator_email_address: 'support@example.com',
  },
};

describe('the impersonator of a session', () => {
  it('is read from the factor of the type impersonated', () => {
    expect(readImpersonator([email, impersonated])).toEqual({
      id: 'impersonator-1',
      emailAddress: 'support@example.com',
    });
  });

  it.each([undefined, null, 'Ada', { impersonator_id: 7 }])(
    'is present although the details of the factor are %j',
    (details) => {
      expect(readImpersonator([{ ...impersonated, impersonated_factor: details }])).toEqual({});
    },
  );

  it.each([undefined, null, 'impersonated', [], [email], [null, 'impersonated']])(
    'is absent if the factors are %j',
    (factors) => {
      expect(readImpersonator(factors)).toBeUndefined();
    },
  );
});
