import { registerAs } from '@nestjs/config';
import type { StytchCommonOptions } from './module.options.js';
import { listOptions, moduleSchemas, withValue, type OptionValues } from './option-schema.js';

/**
 * The options read from environment variables, under the namespace `stytch`. `.env.example` lists the
 * variables. `StytchModule.forRoot()` and `StytchB2BModule.forRoot()` use this configuration;
 * `StytchModule.forRootAsync({ routes, ...stytchConfig.asProvider() })` combines it with static options.
 *
 * Missing and invalid values are reported when the module starts.
 */
export const stytchConfig = registerAs(
  'stytch',
  () => readEnvironment() as unknown as StytchEnvironmentOptions,
);

/** The options that can be read from environment variables, for modules of both products. */
export type StytchEnvironmentOptions = Omit<StytchCommonOptions, 'onSignIn'>;

function readEnvironment(): OptionValues {
  let options: OptionValues = {};
  for (const option of listOptions(moduleSchemas.consumer)) {
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
