import type { ValueCheck } from './value-checks.js';

/** Everything about one option except its type and documentation, which are in the interface next to it. */
export interface OptionDefinition<Value = unknown> extends ValueCheck {
  /** The value of an omitted option. Absent if it is derived from other options or there is none. */
  readonly default?: Value;
  readonly required?: true;
  /** Keeps the value out of messages. */
  readonly secret?: true;
  /** The variable that {@link stytchConfig} reads. */
  readonly environmentVariable?: string;
}

/** One definition for each option of a group. */
export type OptionDefinitions<Options> = {
  readonly [Name in keyof Options]-?: OptionDefinition<NonNullable<Options[Name]>>;
};

/** The options of a group; those with a default or required ones are never undefined. */
export type WithDefaults<Options, Definitions> = {
  readonly [Name in keyof Options & keyof Definitions]-?: Definitions[Name] extends
    { readonly default: unknown } | { readonly required: true }
    ? NonNullable<Options[Name]>
    : Options[Name] | undefined;
};

/** Fills in the defaults. Expects checked options; the result is frozen. */
export function withDefaults<Options extends object, Definitions extends OptionDefinitions<Options>>(
  options: Options | undefined,
  definitions: Definitions,
): WithDefaults<Options, Definitions> {
  const values = options as Readonly<Record<string, unknown>> | undefined;
  const entries = Object.entries<OptionDefinition>(definitions).map(([name, definition]) => [
    name,
    values?.[name] ?? definition.default,
  ]);
  return Object.freeze(Object.fromEntries(entries)) as WithDefaults<Options, Definitions>;
}
