import { bearerOptions } from './bearer.options.js';
import { cookieOptions } from './cookies.options.js';
import { httpOptions } from './http.options.js';
import { jwtOptions } from './jwt.options.js';
import { limitOptions } from './limits.options.js';
import { moduleOptions, type OptionGroupName } from './module.options.js';
import type { OptionDefinition } from './option-definition.js';
import { organizationOptions } from './organizations.options.js';
import type { StytchProductName } from '../ports/product-name.js';
import { outageOptions } from './outage.options.js';
import { pageOptions } from './pages.options.js';
import { resourceMetadataOptions } from './resource-metadata.options.js';
import { sessionOptions } from './session.options.js';
import { sharedOptions } from './shared.options.js';
import { routesOptions, startupCheckOptions, staticOptions } from './static.options.js';
import { webhookOptions } from './webhooks.options.js';

type Definitions = Readonly<Record<string, OptionDefinition>>;

export interface OptionSchema {
  /** The options that belong to no group. */
  readonly options: Definitions;
  readonly groups: Readonly<Record<string, Definitions>>;
  /** The groups that can be turned off with `false`. */
  readonly groupsThatCanBeFalse?: readonly string[];
}

const commonGroups = {
  bearer: bearerOptions,
  resourceMetadata: resourceMetadataOptions,
  pages: pageOptions,
  session: sessionOptions,
  outage: outageOptions,
  jwt: jwtOptions,
  cookies: cookieOptions,
  limits: limitOptions,
  shared: sharedOptions,
  webhooks: webhookOptions,
  http: httpOptions,
} satisfies Record<Exclude<OptionGroupName, 'organizations'>, Definitions>;

/** The options of the module for each product, without the static ones. */
export const moduleSchemas: Readonly<Record<StytchProductName, OptionSchema>> = {
  consumer: { options: moduleOptions, groups: commonGroups },
  b2b: { options: moduleOptions, groups: { ...commonGroups, organizations: organizationOptions } },
};

export const staticSchema: OptionSchema = {
  options: staticOptions,
  groups: { startupCheck: startupCheckOptions, routes: routesOptions },
  groupsThatCanBeFalse: ['routes'],
};

/** Where an option is. */
export interface OptionPlace {
  /** Absent for an option that belongs to no group. */
  readonly group?: string | undefined;
  readonly name: string;
}

export interface ListedOption extends OptionPlace {
  /** For example `session.durationMinutes`. */
  readonly path: string;
  readonly definition: OptionDefinition;
}

/** All options of a schema, those without a group first. */
export function listOptions({ options, groups }: OptionSchema): readonly ListedOption[] {
  const list = (definitions: Definitions, group?: string) =>
    Object.entries(definitions).map(([name, definition]) => ({
      path: group === undefined ? name : `${group}.${name}`,
      group,
      name,
      definition,
    }));
  return [
    list(options),
    ...Object.entries(groups).map(([group, definitions]) => list(definitions, group)),
  ].flat();
}

/** Options of which only the names are known. */
export type OptionValues = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is OptionValues =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Adds a value to options under construction. */
export function withValue(options: OptionValues, { group, name }: OptionPlace, value: unknown): OptionValues {
  if (group === undefined) return { ...options, [name]: value };
  return { ...options, [group]: { ...(options[group] as OptionValues | undefined), [name]: value } };
}
