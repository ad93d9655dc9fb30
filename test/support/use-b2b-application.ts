import { StytchB2BModule, type StytchB2BModuleOptions } from 'nestjs-stytch/b2b';
import type { StytchStaticOptions } from 'nestjs-stytch';
import { stytchOptionsFor, type TestBrowser } from 'nestjs-stytch/testing';
import {
  startStytchEmulator,
  type MintedMemberSession,
  type NewMemberSessionOptions,
  type StytchB2BEmulator,
} from 'stytch-emulator';
import { jwtCookie, tokenCookie } from './sessions.js';
import {
  startApplication,
  type ApplicationSettings,
  type ApplicationUnderTest,
} from './start-application.js';

export interface B2BStage {
  readonly emulator: StytchB2BEmulator;
  readonly application: ApplicationUnderTest;
}

export interface B2BApplicationSettings extends Omit<
  ApplicationSettings,
  'emulator' | 'options' | 'register'
> {
  options?: Partial<StytchB2BModuleOptions> & StytchStaticOptions;
}

/** An application that imports StytchB2BModule, listens on a loopback port and calls the emulator. */
export function startB2BApplication(
  emulator: StytchB2BEmulator,
  { options, ...settings }: B2BApplicationSettings,
): Promise<ApplicationUnderTest> {
  return startApplication({
    ...settings,
    emulator,
    register: () => StytchB2BModule.forRoot({ ...stytchOptionsFor(emulator), ...options }),
  });
}

/** One emulator with a B2B project and one application for all tests of a block, like `useApplication()`. */
export function useB2BApplication(settings: B2BApplicationSettings): B2BStage {
  const stage = {} as { emulator: StytchB2BEmulator; application: ApplicationUnderTest };
  beforeAll(async () => {
    stage.emulator = await startStytchEmulator({ product: 'b2b' });
    stage.application = await startB2BApplication(stage.emulator, settings);
  });
  beforeEach(() => {
    stage.emulator.faults.clear();
    stage.emulator.requests.clear();
  });
  afterAll(async () => {
    await stage.application.close();
    await stage.emulator.close();
  });
  return stage;
}

/** A browser with the cookies of a session that the emulator created, without signing in. */
export async function browserOfMember(
  { emulator, application }: B2BStage,
  options: NewMemberSessionOptions,
): Promise<{ browser: TestBrowser; session: MintedMemberSession }> {
  const session = await emulator.sessions.create(options);
  const browser = application.browser();
  browser.cookies.set(jwtCookie, session.session_jwt);
  browser.cookies.set(tokenCookie, session.session_token);
  return { browser, session };
}

/** The calls the application made to Stytch, without those for signing keys. */
export const b2bCallsTo = ({ requests }: StytchB2BEmulator): string[] =>
  requests
    .list()
    .filter(({ path }) => !path.startsWith('/v1/b2b/sessions/jwks/'))
    .map(({ method, path }) => `${method} ${path}`);
