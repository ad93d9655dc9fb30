import { StytchB2BModule, type StytchB2BModuleOptions } from 'nestjs-stytch/b2b';
import { stytchOptionsFor, type TestBrowser, type TestResponse } from 'nestjs-stytch/testing';
import {
  startStytchEmulator,
  type ApiOrganization,
  type NewOrganizationOptions,
  type StytchB2BEmulator,
  type StytchEmulator,
} from 'stytch-emulator';
import { callbackPathOf } from './links.js';
import {
  startApplication,
  type ApplicationSettings,
  type ApplicationUnderTest,
} from './start-application.js';

export interface B2BStage {
  readonly emulator: StytchB2BEmulator;
  readonly application: ApplicationUnderTest;
  /** Creates an organization with a slug that no other test uses. */
  organization(options?: Partial<NewOrganizationOptions>): Promise<ApiOrganization>;
  /** Proves an address with a link, up to the choice of an organization. */
  discover(
    email: string,
    fields?: object,
    browser?: TestBrowser,
  ): Promise<{ browser: TestBrowser; response: TestResponse }>;
}

type Settings = Pick<ApplicationSettings, 'platform' | 'controllers'> & {
  readonly options?: Partial<StytchB2BModuleOptions>;
};

/** One emulator of a B2B project and one application for all tests of a block. */
export function useB2BApplication({ options, ...settings }: Settings): B2BStage {
  let count = 0;
  const stage = {
    organization: (given: Partial<NewOrganizationOptions> = {}) => {
      count += 1;
      return stage.emulator.organizations.create({ name: `Acme ${count}`, slug: `acme-${count}`, ...given });
    },
    discover: async (email: string, fields = {}, browser = stage.application.browser()) => {
      stage.emulator.messages.clear();
      await browser.postJson('/auth/login', { email, ...fields });
      return { browser, response: await browser.visit(await callbackOf(stage, email)) };
    },
  } as { -readonly [name in keyof B2BStage]: B2BStage[name] };
  beforeAll(async () => {
    stage.emulator = await startStytchEmulator({ product: 'b2b' });
    stage.application = await startApplication({
      ...settings,
      emulator: stage.emulator as unknown as StytchEmulator,
      register: () =>
        StytchB2BModule.forRoot({
          ...stytchOptionsFor(stage.emulator as unknown as StytchEmulator),
          ...options,
        }),
    });
  });
  beforeEach(() => {
    stage.emulator.faults.clear();
    stage.emulator.requests.clear();
    stage.emulator.messages.clear();
  });
  afterAll(async () => {
    await stage.application.close();
    await stage.emulator.close();
  });
  return stage;
}

/** The path and query that the link in the newest email redirects to. */
export const callbackOf = ({ emulator }: Pick<B2BStage, 'emulator'>, email: string): Promise<string> =>
  callbackPathOf(emulator as unknown as StytchEmulator, email);

/** The calls that the application made to Stytch, without those for signing keys and by a browser. */
export const b2bCallsTo = ({ requests }: StytchB2BEmulator): string[] =>
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
  if (!response.ok) throw new Error(await response.text());
}
