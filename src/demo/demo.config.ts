import { registerAs, type ConfigType } from '@nestjs/config';
import { StartFault } from './start-fault.js';

export type DemoConfig = ConfigType<typeof demoConfig>;

/** What the demo itself reads from the environment; what the package reads is `stytchConfig`. */
export const demoConfig = registerAs('demo', () => {
  const port = portFrom('PORT', 3000, 1);
  return {
    port,
    /** Where browsers reach the demo. */
    appUrl: variable('STYTCH_APP_URL') ?? `http://localhost:${port}`,
    /** 0 lets the system pick. */
    emulatorPort: portFrom('STYTCH_EMULATOR_PORT', 4400, 0),
    isProduction: variable('NODE_ENV') === 'production',
  };
});

function portFrom(name: string, otherwise: number, least: number): number {
  const given = variable(name) ?? String(otherwise);
  const port = Number(given);
  if (/^\d{1,5}$/.test(given) && port >= least && port <= 65_535) return port;
  throw new StartFault(`${name} must be a port number from ${least} to 65535.`);
}

/** An empty variable means an unset one. */
function variable(name: string): string | undefined {
  const value = process.env[name]?.trim();
  return value === '' ? undefined : value;
}
