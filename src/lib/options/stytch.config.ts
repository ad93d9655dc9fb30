import { registerAs } from '@nestjs/config';
import type { StytchModuleOptions } from './module.options.js';
import { listOptions, moduleSchema, withValue, type OptionValues } from './option-schema.js';

/**
 * The options read from environment variables, under the namespace `stytch`. `.env.example` lists the
 * variables. `StytchModule.forRoot()` uses this configuration;
 * `StytchModule.forRootAsync({ routes, ...stytchConfig.asProvider() })` combines it with static options.
 *
 * Missing and invalid values are reported when the module starts.
 */
export const stytchConfig = registerAs('stytch', () => readEnvironment() as unknown as StytchModuleOptions);

function readEnvironment(): OptionValues {
  let options: OptionValues = {};
  for (const option of listOptions(moduleSchema)) {
    const { environmentVariable, parse } = option.definition;
    if (environmentVariable === undefined) continue;
    options = withValue(options, option, readVariable(environmentVariable, parse));
  }
  return options;
}

/** An empty variable counts as unset. Whitespace around the value is removed. */
function readVariable(name: string, parse: (text: string) => unknown = (text) => text): unknown {
  const text = process.env[name]?.trim();
  return text === undefined || text === '' ? undefined : parse(text);
}
