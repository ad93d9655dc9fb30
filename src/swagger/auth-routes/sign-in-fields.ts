import type { SignInField } from '../../lib/index.js';
import { anyOf, objectSchema, textSchema, type Schema } from '../openapi.js';

/** The schema of a field that a sign-in method asks for. */
export function fieldSchema(field: SignInField): Schema {
  switch (field.type) {
    case 'email':
      return textSchema(field.label, { format: 'email' });
    case 'phone':
      return textSchema(`${field.label}, with its country code.${acceptedCountries(field)}`, {
        example: '+14155550123',
      });
    case 'code':
      return textSchema(`${field.label}. Spaces and hyphens are ignored.`, { example: '123456' });
    case 'password':
    case 'new-password':
      return textSchema(`${field.label}, up to 1024 bytes.`, { format: 'password' });
    case 'organization':
      return textSchema(`${field.label}: its slug or its id.`);
    case 'name':
      return textSchema(`${field.label}, one line.`, { maxLength: 128 });
    case 'choice':
      return { type: 'string', enum: field.choices.map(({ value }) => value) };
  }
}

const acceptedCountries = ({ countries }: { readonly countries?: readonly string[] }): string =>
  countries === undefined ? '' : ` Accepted countries: ${countries.join(', ')}.`;

export const fieldSchemas = (fields: readonly SignInField[]): Record<string, Schema> =>
  Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)]));

/** The fields of several methods: one schema for each set of fields, with the methods as its title. */
export function schemaByMethod(bodies: readonly (readonly [method: string, schema: Schema])[]): Schema {
  const methods = new Map<string, string[]>();
  for (const [method, schema] of bodies) {
    const key = JSON.stringify(schema);
    methods.set(key, [...(methods.get(key) ?? []), method]);
  }
  return anyOf(
    [...methods].map(([key, names]) => ({ title: names.join(', '), ...(JSON.parse(key) as Schema) })),
  );
}

export const fieldsSchema = (
  fields: readonly SignInField[],
  optional: Record<string, Schema>,
  required: readonly string[] = [],
): Schema =>
  objectSchema({ ...fieldSchemas(fields), ...optional }, [...fields.map(({ name }) => name), ...required]);
