import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import type {
  ApiOrganization,
  NewOrganizationOptions,
  StytchB2BEmulator,
  StytchEmulator,
} from 'stytch-emulator';
import { useB2BApplication, type B2BApplicationSettings, type B2BStage } from './use-b2b-application.js';
import { callbackPathOf } from './links.js';

export interface B2BSignInStage extends B2BStage {
  /** Creates an organization with a slug that no other test uses. */
  organization(options?: Partial<NewOrganizationOptions>): Promise<ApiOrganization>;
  /** Proves an address with a link, up to the choice of an organization. */
  discover(
    email: string,
    fields?: object,
    browser?: TestBrowser,
  ): Promise<{ browser: TestBrowser; response: TestResponse }>;
}

/** `useB2BApplication()` for tests in which people sign in. */
export function useB2BSignIn(settings: B2BApplicationSettings): B2BSignInStage {
  let count = 0;
  const stage = useB2BApplication(settings);
  beforeEach(() => {
    stage.emulator.messages.clear();
  });
  return Object.assign(stage, {
    organization: (given: Partial<NewOrganizationOptions> = {}) => {
      count += 1;
      return stage.emulator.organizations.create({ name: `Acme ${count}`, slug: `acme-${count}`, ...given });
    },
    discover: async (email: string, fields = {}, browser = stage.application.browser()) => {
      stage.emulator.messages.clear();
      await browser.postJson('/auth/login', { email, ...fields });
      return { browser, response: await browser.visit(await callbackOf(stage, email)) };
    },
  });
}

/** The path and query that the link in the newest email redirects to. */
export const callbackOf = ({ emulator }: Pick<B2BStage, 'emulator'>, email: string): Promise<string> =>
  callbackPathOf(emulator as unknown as StytchEmulator, email);

/** The calls that the application made to Stytch, without those for signing keys and by a browser. */
export const b2bOperationsTo = ({ requests }: StytchB2BEmulator): string[] =>
  requests
    .list()
    .filter(({ path }) => !/\/sessions\/jwks\/|\/redirect$|\/public\/|^\/__emulator/.test(path))
    .map(({ path }) => path.replace('/v1/b2b/', ''));

/** The bodies of the calls of one operation, oldest first. */
export const sentTo = ({ requests }: StytchB2BEmulator, operation: string) =>
  requests
    .list()
    .filter(({ path }) => path === `/v1/b2b/${operation}`)
    .map(({ body }) => body);

/** Calls an operation with the secret of the project, as another application would. */
export async function callStytch(
  { emulator }: Pick<B2BStage, 'emulator'>,
  operation: string,
  body: object,
): Promise<void> {
  const { url, projectId, secret } = emulator;
  const response = await fetch(`${url}/v1/b2b/${operation}`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
}
