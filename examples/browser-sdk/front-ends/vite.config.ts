import { defineConfig, loadEnv } from 'vite';

const { VITE_API_URL } = loadEnv('', '.');
// With cookies: the page calls its own origin, which passes these requests on to the Nest application.
const proxy = { '/dashboard': VITE_API_URL!, '/auth/': VITE_API_URL! };

export default defineConfig({
  server: { proxy, strictPort: true },
  preview: { proxy, strictPort: true },
  // Each front end has its own cache.
  cacheDir: 'node_modules/.vite',
});
