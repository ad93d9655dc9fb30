import { type HttpBindings } from '@hono/node-server';

/** Hono's environment: what a request carries besides the request itself. */
export interface EmulatorEnv {
  Bindings: HttpBindings;
  Variables: {
    /** The request body as text. */
    body: string;
  };
}
