// Starts the emulator, the Nest application and both front ends in one process, which Ctrl+C ends.
import 'reflect-metadata';
import { createServer } from 'vite';
import { connectToStytch } from './connect-to-stytch.js';
import { startServer } from './start-server.js';

const api = { port: 3000, url: 'http://127.0.0.1:3000' };
const vanilla = { root: 'front-ends/vanilla-js', port: 5173, url: 'http://localhost:5173' };
const react = { root: 'front-ends/react', port: 5174, url: 'http://localhost:5174' };

try {
  const { credentials, publicToken, emulator } = await connectToStytch();
  const stytch = { ...credentials, apiUrl: emulator?.url };
  await startServer({ port: api.port, frontEnds: [vanilla.url, react.url], stytch });

  // What Vite makes available to the pages.
  process.env.VITE_API_URL = api.url;
  process.env.VITE_PUBLIC_TOKEN = publicToken;
  if (emulator !== undefined) {
    process.env.VITE_EMULATOR_URL = emulator.url;
    process.env.VITE_INBOX_URL = emulator.inboxUrl;
  }
  for (const { root, port } of [vanilla, react]) {
    const vite = await createServer({ root, configFile: 'front-ends/vite.config.ts', server: { port } });
    await vite.listen();
  }
  console.log(`
  JavaScript   ${vanilla.url}
  React        ${react.url}
  Inbox        ${emulator?.inboxUrl ?? 'that of the address: Stytch sends the emails'}

  Press Ctrl+C to stop.
`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
