import type { StytchProject } from '../alternatives/alternative.js';
import type { Memory, Platform } from '../processes.js';

/** What the processes of a soak are started with, as JSON in the first argument. */
export interface ApplicationArguments {
  readonly platform: Platform;
  readonly project: StytchProject;
}

/** What the application is asked for. It replies with a message of the same kind. */
export type ApplicationRequest =
  | { readonly kind: 'memory' }
  /** Moves the wall clock of the application's machine. */
  | { readonly kind: 'clock'; readonly offsetMs: number };

export type ApplicationMessage =
  | { readonly kind: 'listening'; readonly port: number }
  | ({ readonly kind: 'memory' } & Memory)
  | { readonly kind: 'clock' }
  /** An event of the circuit. */
  | { readonly kind: 'circuit'; readonly isOpen: boolean }
  /** An unhandled rejection, an uncaught exception or a warning of Node. */
  | { readonly kind: 'problem'; readonly text: string }
  | { readonly kind: 'log'; readonly level: 'error' | 'warn'; readonly line: string };

/** Calls to Stytch since the previous request for them. */
export interface Calls {
  /** `/v1/sessions/authenticate`, by session id; made-up tokens under an empty id. */
  readonly bySession: Readonly<Record<string, number>>;
  /** Other calls, by path. */
  readonly byPath: Readonly<Record<string, number>>;
}

export interface NewSession {
  readonly userId: string;
  readonly sessionId: string;
  readonly sessionToken: string;
  readonly sessionJwt: string;
}

export type StytchRequest =
  /** Creates a session whose JWT was issued that long ago. */
  | { readonly kind: 'session'; readonly email: string; readonly claims: object; readonly ageSeconds: number }
  | { readonly kind: 'fault'; readonly fault: 'hang' | 'reset' | 'status' | undefined }
  | { readonly kind: 'rotate' }
  | { readonly kind: 'calls' };

export type StytchMessage =
  | { readonly kind: 'listening'; readonly project: StytchProject }
  | ({ readonly kind: 'session' } & NewSession)
  | { readonly kind: 'fault' }
  | { readonly kind: 'rotate' }
  | ({ readonly kind: 'calls' } & Calls);
