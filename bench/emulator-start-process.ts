// Starts a server and reports what that took:
//
//   node emulator-start-process.js <name>

interface Started {
  /** Resolves when the server can sign a JWT. */
  readonly canSign?: Promise<unknown>;
}

const servers = {
  'empty hono server': async () => {
    const [{ serve }, { Hono }] = await Promise.all([import('@hono/node-server'), import('hono')]);
    const app = new Hono();
    await new Promise<void>((resolve) => {
      serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => {
        resolve();
      });
    });
    return {};
  },
  'stytch-emulator': async () => {
    const { startStytchEmulator } = await import('stytch-emulator');
    const { keys } = await startStytchEmulator();
    return { canSign: keys.current() };
  },
} satisfies Record<string, () => Promise<Started>>;

export type ServerName = keyof typeof servers;

const [name] = process.argv.slice(2) as [ServerName];
const { canSign }: Started = await servers[name]();
// Since the process started.
const listeningMs = performance.now();
await canSign;
process.send?.({ listeningMs, canSignMs: performance.now() });
process.on('disconnect', () => process.exit());
