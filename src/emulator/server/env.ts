import { type HttpBindings } from '@hono/node-server';

/** What a request carries on its way through the routes. */
export interface EmulatorEnv {
  Bindings: HttpBindings;
  Variables: {
    /** The body as text. */
    body: string;
  };
}
