import type { DynamicModule, INestApplication, ModuleMetadata, Type } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { StytchModule, type StytchModuleOptions, type StytchStaticOptions } from 'nestjs-stytch';
import type { StytchEmulator } from 'stytch-emulator';
import { stytchOptionsFor, TestBrowser } from 'nestjs-stytch/testing';
import { silence } from './silence.js';

export type Platform = 'Express' | 'Fastify';

export interface ApplicationUnderTest {
  readonly app: INestApplication;
  readonly url: string;
  browser(): TestBrowser;
  close(): Promise<void>;
}

export interface ApplicationSettings {
  emulator: StytchEmulator;
  platform: Platform;
  options?: Partial<StytchModuleOptions> & StytchStaticOptions;
  /** How the module is registered; by default with `forRoot`. */
  register?: (options: StytchModuleOptions & StytchStaticOptions) => DynamicModule;
  controllers?: Type[];
  imports?: ModuleMetadata['imports'];
  providers?: ModuleMetadata['providers'];
  /** Settings of Fastify itself; Express takes its own in `configure`. */
  fastify?: { trustProxy: string };
  /** Before the application starts: global prefixes, versioning, pipes. */
  configure?: (app: INestApplication) => void;
  override?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
}

/** An application with StytchModule in it, listening on a loopback port and talking to the emulator. */
export async function startApplication(settings: ApplicationSettings): Promise<ApplicationUnderTest> {
  const { emulator, platform, options, controllers = [], imports = [], providers = [] } = settings;
  const { register = (given: StytchModuleOptions & StytchStaticOptions) => StytchModule.forRoot(given) } =
    settings;
  const builder = Test.createTestingModule({
    imports: [register({ ...stytchOptionsFor(emulator), ...options }), ...imports],
    controllers,
    providers,
  });
  builder.setLogger(silence);
  const testing = await (settings.override?.(builder) ?? builder).compile();
  const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter(settings.fastify);
  const app = testing.createNestApplication(adapter);
  settings.configure?.(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return { app, url, browser: () => new TestBrowser(url), close: () => app.close() };
}

/** Runs the same facts on both platforms. */
export function describePlatforms(title: string, facts: (platform: Platform) => void): void {
  describe.each<Platform>(['Express', 'Fastify'])(`${title} on %s`, facts);
}
