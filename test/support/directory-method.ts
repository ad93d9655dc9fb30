import type { SignInMethod } from 'nestjs-stytch';

/**
 * A method that an application writes itself: people type their employee number, and the link goes to the
 * address in the company's directory.
 */
export function employeeNumbers(findEmail: (number: string) => Promise<string | undefined>): SignInMethod {
  return {
    name: 'employee-number',
    expiresInMinutes: 60,
    start: {
      fields: [{ name: 'employee_number', type: 'code', label: 'Employee number' }],
      button: 'Send me a sign-in link',
      run: async ({ employee_number = '' }, call) => {
        const email = await findEmail(employee_number);
        // The response must not tell which numbers exist.
        if (email === undefined) return { kind: 'sent' };
        const response = await call.stytch('magic_links/email', (client) =>
          client.magicLinks.email.loginOrCreate({
            email,
            login_magic_link_url: call.callbackUrl,
            signup_magic_link_url: call.callbackUrl,
            code_challenge: call.codeChallenge,
          }),
        );
        return response.kind === 'unavailable' ? response : { kind: 'sent' };
      },
    },
    callbacks: {
      magic_links: {
        binding: 'same-browser',
        run: async (token, _fields, call) => {
          const response = await call.stytch('magic_links/authenticate', (client) =>
            client.magicLinks.authenticate({
              token,
              ...(call.codeVerifier !== undefined && { code_verifier: call.codeVerifier }),
              ...call.sessionParameters,
            }),
          );
          return response.kind === 'rejected' ? { kind: 'refused', code: 'link_used_or_expired' } : response;
        },
      },
    },
  };
}
