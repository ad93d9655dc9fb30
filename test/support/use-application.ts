import type { TlsOptions } from 'node:tls';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import {
  startApplication,
  type ApplicationSettings,
  type ApplicationUnderTest,
  type Product,
} from './start-application.js';
import { startMemberEmulator } from './member-emulator.js';
import { StytchFront } from './stytch-front.js';

export interface Stage {
  readonly emulator: StytchEmulator;
  readonly application: ApplicationUnderTest;
}

export interface EmulatorStage {
  readonly emulator: StytchEmulator;
  /** Starts an application, which is closed after the test. */
  start(settings?: Omit<ApplicationSettings, 'emulator'>): Promise<ApplicationUnderTest>;
}

/**
 * One emulator and one application for all tests of a block. Each test begins without faults and
 * without recorded requests.
 */
export function useApplication({
  product = 'consumer',
  ...settings
}: Omit<ApplicationSettings, 'emulator'> & { readonly product?: Product }): Stage {
  const stage = {} as { emulator: StytchEmulator; application: ApplicationUnderTest };
  beforeAll(async () => {
    stage.emulator = product === 'b2b' ? await startMemberEmulator() : await startStytchEmulator();
    stage.application = await startApplication({ ...settings, emulator: stage.emulator });
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

/** One emulator for all tests of a block, each of which starts the applications it needs. */
export function useEmulator(): EmulatorStage {
  const started: ApplicationUnderTest[] = [];
  const stage = {
    async start(settings = {}) {
      const application = await startApplication({ ...settings, emulator: stage.emulator });
      started.push(application);
      return application;
    },
  } as EmulatorStage & { emulator: StytchEmulator };
  beforeAll(async () => {
    stage.emulator = await startStytchEmulator();
  });
  beforeEach(() => {
    stage.emulator.faults.clear();
    stage.emulator.requests.clear();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((application) => application.close()));
  });
  afterAll(() => stage.emulator.close());
  return stage;
}

/** A server in front of the emulator for all tests of a block. Each test begins with a reset one. */
export function useStytchFront(
  stage: { readonly emulator: StytchEmulator },
  tls?: TlsOptions,
): { readonly front: StytchFront } {
  const holder = {} as { front: StytchFront };
  beforeAll(async () => {
    holder.front = await StytchFront.before(stage.emulator, tls);
  });
  beforeEach(() => {
    holder.front.reset();
  });
  afterAll(() => holder.front.close());
  return holder;
}
