import { type EmulatorControls } from './control/controls.js';
import { type StytchEmulatorSeed } from './seed.js';

export interface StytchEmulatorOptions {
  /** The port to listen on. Default: 0, the system picks a free one. */
  port?: number;
  /**
   * The address to listen on. Default: `127.0.0.1`. Whoever can reach the emulator can sign in as anybody,
   * so that one which is not loopback is yours to choose.
   */
  host?: string;
  /**
   * Host names under which other machines or containers call the emulator, beside loopback names and `host`.
   * Requests that name another host are refused. Default: none.
   */
  allowedHosts?: string[];
  /** Must start with `project-test-`. Default: the one in the data directory, or else a fresh one. */
  projectId?: string;
  /** Default: the one in the data directory, or else a fresh one. */
  secret?: string;
  /** Default: the one in the data directory, or else a fresh one. */
  publicToken?: string;
  /**
   * Where keys, credentials, users, sessions, links and messages outlive the process: a directory only its
   * owner can read, written on each change. One emulator at a time. Default: they live in memory.
   */
  dataDirectory?: string;
  /**
   * Where magic links may lead, matched exactly, path and query included; the first is the default of calls
   * that name none. Default: every http(s) URL on a loopback name is accepted, which Stytch would not do, and
   * the default is `http://localhost:3000/authenticate`.
   */
  redirectUrls?: string[];
  /** Users who are there from the start, and again after a reset. */
  seed?: StytchEmulatorSeed;
}

/** A running emulator of Stytch's HTTP API. */
export interface StytchEmulator extends EmulatorControls {
  /** For example `http://127.0.0.1:41234`, without a trailing slash: what the SDK takes as `env`. */
  readonly url: string;
  /** The page where a person reads the mail. */
  readonly inboxUrl: string;
  readonly projectId: string;
  readonly secret: string;
  readonly publicToken: string;
  /** Ends at once, with every socket that is open. */
  close(): Promise<void>;
}
