import type { RefusalCode } from '../errors/refusal.js';
import { isOrganizationName } from '../identity/organization-claim.js';
import type { SignInField, SignInFields } from '../ports/sign-in-field.js';
import { readEmail } from './read-email.js';
import { readPhoneNumber } from './read-phone-number.js';

export type FieldsResult = { readonly kind: 'valid'; readonly fields: SignInFields } | InvalidField;

/** The first field that is wrong. */
export interface InvalidField {
  readonly kind: 'invalid';
  readonly field: string;
  readonly code: FieldProblem;
}

export type FieldProblem = Extract<
  RefusalCode,
  | 'email_missing'
  | 'email_invalid'
  | 'phone_missing'
  | 'phone_invalid'
  | 'phone_country_refused'
  | 'code_missing'
  | 'code_incorrect'
  | 'password_missing'
  | 'password_invalid'
  | 'choice_invalid'
  | 'organization_missing'
  | 'organization_invalid'
  | 'name_missing'
  | 'name_invalid'
>;

/** One field. */
export type ValueResult =
  | { readonly kind: 'valid'; readonly value: string }
  | { readonly kind: 'invalid'; readonly code: FieldProblem };

const maxPasswordBytes = 1024;

/** Reads the fields from a parsed body of any shape. Stops at the first that is wrong. */
export async function readFields(fields: readonly SignInField[], body: unknown): Promise<FieldsResult> {
  const values: Record<string, string> = {};
  for (const field of fields) {
    const result = await readValue(field, fieldOf(body, field.name));
    if (result.kind === 'invalid') return { kind: 'invalid', field: field.name, code: result.code };
    values[field.name] = result.value;
  }
  return { kind: 'valid', fields: values };
}

async function readValue(field: SignInField, value: unknown): Promise<ValueResult> {
  switch (field.type) {
    case 'email':
      return readEmail(value);
    case 'phone':
      return readPhoneNumber(value, field.countries);
    case 'code':
      return readCode(value);
    case 'password':
    case 'new-password':
      return readPassword(value);
    case 'organization':
      return readOrganization(value);
    case 'name':
      return readName(value);
    case 'choice': {
      const choice = field.choices.find((one) => one.value === value);
      return choice === undefined ? invalid('choice_invalid') : { kind: 'valid', value: choice.value };
    }
  }
}

/** People paste codes with spaces or hyphens in them, and some keyboards enter fullwidth digits. */
function readCode(value: unknown): ValueResult {
  if (isMissing(value)) return invalid('code_missing');
  const code = typeof value === 'string' ? value.normalize('NFKC').replace(/[\s-]/g, '') : '';
  return /^\d{4,12}$/.test(code) ? { kind: 'valid', value: code } : invalid('code_incorrect');
}

function readPassword(value: unknown): ValueResult {
  if (isMissing(value)) return invalid('password_missing');
  if (typeof value !== 'string' || Buffer.byteLength(value) > maxPasswordBytes)
    return invalid('password_invalid');
  return { kind: 'valid', value };
}

/** A slug or an id. Dots alone would be a path. */
export function readOrganization(value: unknown): ValueResult {
  if (isMissing(value)) return invalid('organization_missing');
  const isReference = typeof value === 'string' && isOrganizationName(value) && !/^\.+$/.test(value);
  return isReference ? { kind: 'valid', value } : invalid('organization_invalid');
}

/** Invisible characters make two names look the same, and U+202E reverses what follows. */
const unsafeInNames = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

function readName(value: unknown): ValueResult {
  if (isMissing(value) || (typeof value === 'string' && value.trim() === '')) return invalid('name_missing');
  if (typeof value !== 'string' || value.length > 1024) return invalid('name_invalid');
  const name = value.trim();
  const isName = name.length <= 128 && !unsafeInNames.test(name);
  return isName ? { kind: 'valid', value: name } : invalid('name_invalid');
}

const isMissing = (value: unknown) => value === undefined || value === null || value === '';
const invalid = (code: FieldProblem): ValueResult => ({ kind: 'invalid', code });

export const isTrue = (field: unknown): boolean =>
  field === true || field === 'true' || field === '1' || field === 'on';

/** Reads one own field of a parsed body of any shape. */
export function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, name)
    ? (body as Record<string, unknown>)[name]
    : undefined;
}
