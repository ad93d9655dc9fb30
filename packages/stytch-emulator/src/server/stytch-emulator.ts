import { type B2BEmulatorControls } from '../control/b2b/b2b-controls.js';
import { type EmulatorControls } from '../control/controls.js';
import { type Product } from '../project/product.js';
import { type StytchB2BEmulatorSeed } from '../resources/b2b/create-b2b.js';
import { type StytchEmulatorSeed } from '../resources/consumer/create-consumer.js';
import { type AnySeed } from '../resources/seed.js';
import { type WebhookOptions } from '../webhooks/webhook.js';

/** The options for projects of both products. */
export interface EmulatorServerOptions {
  /** The port to listen on. Default: 0, any free port. */
  port?: number;
  /**
   * The address to listen on. Default: `127.0.0.1`. Anyone who can reach the emulator can sign in as
   * any user, so be careful with an address that is not loopback.
   */
  host?: string;
  /**
   * Host names, besides loopback names and `host`, under which other machines or containers call the
   * emulator. Requests with another Host header are refused. Default: none.
   */
  allowedHosts?: string[];
  /**
   * Origins, besides loopback origins, whose pages may use Stytch's browser SDK, for example
   * `https://app.example.com`. Requests to `/sdk/v1` from pages of other origins are refused. Default: none.
   */
  allowedOrigins?: string[];
  /** Must start with `project-test-`. Default: from the data directory, or generated. */
  projectId?: string;
  /** Default: from the data directory, or generated. */
  secret?: string;
  /** Default: from the data directory, or generated. */
  publicToken?: string;
  /**
   * A directory for keys, credentials, users, sessions, links, clients and messages, readable by its owner only and
   * written before each response. For one emulator at a time: a second one does not start. Default: everything is in memory.
   */
  dataDirectory?: string;
  /**
   * Allowed redirect URLs, matched exactly, including path and query. The first is the default for calls
   * without a URL. Default: every http(s) URL with a loopback host, which differs from Stytch, and
   * `http://localhost:3000/authenticate` for calls without a URL.
   */
  redirectUrls?: string[];
  /**
   * Where to send webhooks. It can also be set later, with `webhooks.deliverTo()` of the emulator. Default: that of the
   * data directory, or none.
   */
  webhooks?: WebhookOptions;
}

/** The options for a consumer project. */
export interface StytchEmulatorOptions extends EmulatorServerOptions {
  /** The product of the project. Default: `consumer`. */
  product?: 'consumer';
  /** Users, clients and the RBAC policy that exist at startup and after a reset. */
  seed?: StytchEmulatorSeed;
}

/** The options for a B2B project. */
export interface StytchB2BEmulatorOptions extends EmulatorServerOptions {
  /** The product of the project. A consumer project can't become a B2B project. */
  product: 'b2b';
  /** Organizations, members, clients and the RBAC policy that exist at startup and after a reset. */
  seed?: StytchB2BEmulatorSeed;
}

export interface AnyEmulatorOptions extends EmulatorServerOptions {
  /** Default: that of the project in the data directory, or else `consumer`. */
  product?: Product | undefined;
  seed?: AnySeed | undefined;
}

/** A running emulator of Stytch's HTTP API, with a consumer project. */
export interface StytchEmulator extends EmulatorControls, EmulatorServer {
  readonly product: 'consumer';
}

/** A running emulator of Stytch's HTTP API, with a B2B project. */
export interface StytchB2BEmulator extends B2BEmulatorControls, EmulatorServer {
  readonly product: 'b2b';
}

export type AnyEmulator = StytchEmulator | StytchB2BEmulator;

/** What an application is configured with, and what stops the emulator. */
export interface EmulatorServer {
  /** For example `http://127.0.0.1:41234`, without a trailing slash. Pass it to Stytch's SDK as `env`. */
  readonly url: string;
  /** The page that shows the delivered emails. */
  readonly inboxUrl: string;
  readonly projectId: string;
  readonly secret: string;
  readonly publicToken: string;
  /** Closes the server and all open connections immediately. */
  close(): Promise<void>;
}
