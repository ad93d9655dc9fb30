import type { DynamicModule, INestApplication, ModuleMetadata, Type } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { StytchModule, type StytchModuleOptions, type StytchStaticOptions } from 'nestjs-stytch';
import { StytchB2BModule, type StytchB2BModuleOptions } from 'nestjs-stytch/b2b';
import type { StytchB2BEmulator, StytchEmulator } from 'stytch-emulator';
import { stytchOptionsFor, TestBrowser } from 'nestjs-stytch/testing';
import { silence } from './silence.js';

export type Platform = 'Express' | 'Fastify';
export type Product = 'consumer' | 'b2b';

export interface ApplicationUnderTest {
  readonly app: INestApplication;
  readonly url: string;
  browser(): TestBrowser;
  close(): Promise<void>;
}

export interface ApplicationSettings {
  emulator: StytchEmulator | StytchB2BEmulator;
  /** Default: Express. Specs about HTTP run on both, see {@link describePlatforms}. */
  platform?: Platform;
  options?: Partial<StytchModuleOptions> & StytchStaticOptions;
  /** How the module is registered. Default: with `forRoot`. */
  register?: (options: StytchModuleOptions & StytchStaticOptions) => DynamicModule;
  controllers?: Type[];
  imports?: ModuleMetadata['imports'];
  providers?: ModuleMetadata['providers'];
  /** Settings of Fastify; those of Express are set in `configure`. */
  fastify?: { trustProxy: string };
  /** Whether Nest keeps the raw body of requests, for webhooks. Default: no. */
  rawBody?: boolean;
  /** Called before the application starts, for global prefixes, versioning or pipes. */
  configure?: (app: INestApplication) => void;
  override?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
}

/** An application that imports StytchModule, listens on a loopback port and calls the emulator. */
export async function startApplication(settings: ApplicationSettings): Promise<ApplicationUnderTest> {
  const { emulator, options, controllers = [], imports = [], providers = [] } = settings;
  const { register = registerFor(emulator) } = settings;
  // Otherwise the first call waits for it, and deadlines of tests are short.
  await emulator.keys.current();
  const builder = Test.createTestingModule({
    imports: [register({ ...stytchOptionsFor(emulator), ...options }), ...imports],
    controllers,
    providers,
  });
  builder.setLogger(silence);
  const testing = await (settings.override?.(builder) ?? builder).compile();
  const { rawBody = false } = settings;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's class of options
  const app = testing.createNestApplication(await adapterOf(settings), { rawBody });
  settings.configure?.(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return { app, url, browser: () => new TestBrowser(url), close: () => app.close() };
}

/** The module for the product of the emulator's project. */
const registerFor =
  ({ product }: { readonly product: Product }) =>
  (options: StytchModuleOptions & StytchStaticOptions): DynamicModule =>
    product === 'b2b'
      ? StytchB2BModule.forRoot(options as StytchB2BModuleOptions & StytchStaticOptions)
      : StytchModule.forRoot(options);

/** Loads one platform only: each takes a while, and most spec files need one. */
async function adapterOf({
  platform = 'Express',
  fastify,
}: ApplicationSettings): Promise<AbstractHttpAdapter> {
  if (platform === 'Express') return new (await import('@nestjs/platform-express')).ExpressAdapter();
  return new (await import('@nestjs/platform-fastify')).FastifyAdapter(fastify);
}

/** Runs the same tests on both platforms. For specs about HTTP: requests, cookies, headers, routes. */
export function describePlatforms(title: string, tests: (platform: Platform) => void): void {
  describe.each<Platform>(['Express', 'Fastify'])(`${title} on %s`, tests);
}

/** Runs the same tests with the sessions of users and of members. For specs about how sessions are treated. */
export function describeProducts(title: string, tests: (product: Product) => void): void {
  describe.each(products)(`${title} of %s`, (_, product) => {
    tests(product);
  });
}

/** {@link describeProducts} on both platforms. */
export function describeProductsAndPlatforms(
  title: string,
  tests: (product: Product, platform: Platform) => void,
): void {
  describeProducts(title, (product) => {
    describe.each<Platform>(['Express', 'Fastify'])('on %s', (platform) => {
      tests(product, platform);
    });
  });
}

const products: [persons: string, Product][] = [
  ['users', 'consumer'],
  ['members', 'b2b'],
];
