import { registerAs, type ConfigType } from '@nestjs/config';
import { StartupError } from './startup-error.js';

export type DemoConfig = ConfigType<typeof demoConfig>;

/** The demo's own environment variables. The library's are in `stytchConfig`. */
export const demoConfig = registerAs('demo', () => {
  const port = portFrom('PORT', 3000, 1);
  return {
    port,
    /** The origin that browsers use. */
    appUrl: variable('STYTCH_APP_URL') ?? `http://localhost:${port}`,
    /** 0 for any free port. */
    emulatorPort: portFrom('STYTCH_EMULATOR_PORT', 4400, 0),
    /** Of a Redis that several instances share. */
    redisUrl: redisUrlFrom('REDIS_URL'),
    /** What the dashboard calls this instance, if there are several. */
    instance: variable('DEMO_INSTANCE'),
    isProduction: variable('NODE_ENV') === 'production',
  };
});

function portFrom(name: string, defaultPort: number, minPort: number): number {
  const value = variable(name) ?? String(defaultPort);
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port >= minPort && port <= 65_535) return port;
  throw new StartupError(`${name} must be a port number from ${minPort} to 65535.`);
}

function redisUrlFrom(name: string): string | undefined {
  const value = variable(name);
  if (value === undefined || /^rediss?:\/\/./.test(value)) return value;
  throw new StartupError(`${name} must be a URL like redis://localhost:6379.`);
}

/** An empty variable counts as unset. */
function variable(name: string): string | undefined {
  const value = process.env[name]?.trim();
  return value === '' ? undefined : value;
}
