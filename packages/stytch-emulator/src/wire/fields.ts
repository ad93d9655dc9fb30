import { refuse } from './api-error.js';
import { isObject } from './json.js';

/**
 * Typed access to the fields of a request body. An absent field and null are undefined. A value of
 * another type is refused with `bad_request`, as by a server that decodes typed requests.
 */
export class Fields {
  constructor(private readonly body: Record<string, unknown>) {}

  string(name: string): string | undefined {
    return this.read(name, 'a string', (value) => typeof value === 'string');
  }

  boolean(name: string): boolean | undefined {
    return this.read(name, 'a boolean', (value) => typeof value === 'boolean');
  }

  integer(name: string): number | undefined {
    return this.read(name, 'an integer', (value): value is number => Number.isSafeInteger(value));
  }

  object(name: string): Record<string, unknown> | undefined {
    return this.read(name, 'an object', isObject);
  }

  strings(name: string): string[] | undefined {
    return this.read(name, 'a list of strings', isStrings);
  }

  /** The fields of a nested object. */
  fields(name: string): Fields | undefined {
    const inner = this.object(name);
    return inner && new Fields(inner);
  }

  /** Only the fields with these names. */
  only(names: readonly string[]): Fields {
    const present = names.filter((name) => Object.hasOwn(this.body, name));
    return new Fields(Object.fromEntries(present.map((name) => [name, this.body[name]])));
  }

  /** The same fields and these ones. */
  with(fields: Record<string, unknown>): Fields {
    return new Fields({ ...this.body, ...fields });
  }

  /** The value without a type check, for fields whose rules define a specific error type. */
  any(name: string): unknown {
    return Object.hasOwn(this.body, name) ? (this.body[name] ?? undefined) : undefined;
  }

  private read<Value>(name: string, kind: string, is: (value: unknown) => value is Value): Value | undefined {
    const value = this.any(name);
    if (value === undefined || is(value)) return value;
    return refuse(400, 'bad_request', `${name} must be ${kind}.`);
  }
}

export function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
