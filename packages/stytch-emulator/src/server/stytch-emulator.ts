import { type EmulatorControls } from '../control/controls.js';
import { type StytchEmulatorSeed } from '../resources/resources.js';

export interface StytchEmulatorOptions {
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
  /** Users, clients and the RBAC policy that exist at startup and after a reset. */
  seed?: StytchEmulatorSeed;
}

/** A running emulator of Stytch's HTTP API. */
export interface StytchEmulator extends EmulatorControls {
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
