import { refuse } from '../../../wire/api-error.js';
import { type Fields, isStrings } from '../../../wire/fields.js';
import { isObject } from '../../../wire/json.js';
import { combineFilters, searchPage } from '../../search-page.js';
import { isSameAddress } from '../../email-address.js';
import { type User } from './user.js';
import { userToWire } from './user.wire.js';

type Filter = (user: User) => boolean;

/** One page of the users that match all (AND) or any (OR) of the operands, oldest first. */
export function searchUsers(users: User[], fields: Fields) {
  const found = users.filter(readQuery(fields.fields('query')));
  const { page, results_metadata } = searchPage(found, fields, {
    idOf: ({ userId }) => userId,
    invalidLimit: 'user_search_invalid_limit',
    invalidCursor: 'user_search_invalid_cursor',
  });
  return { results: page.map(userToWire), results_metadata };
}

function readQuery(query: Fields | undefined): Filter {
  if (query === undefined) return () => true;
  const operator = query.any('operator');
  const operands = query.any('operands') ?? [];
  if (operator !== 'AND' && operator !== 'OR')
    refuse(400, 'user_search_invalid_operator', 'operator must be AND or OR.');
  if (!Array.isArray(operands)) return refuse(400, 'bad_request', 'operands must be a list.');
  return combineFilters(operator, operands.map(operandFilter));
}

function operandFilter(operand: unknown): Filter {
  if (!isObject(operand))
    return refuse(400, 'user_search_expected_object', 'Each operand must be an object.');
  const name =
    operand['filter_name'] ??
    refuse(400, 'user_search_missing_filter_name', 'filter_name is required in each operand.');
  if (typeof name !== 'string')
    return refuse(400, 'user_search_filter_name_must_be_string', 'filter_name must be a string.');
  const value =
    operand['filter_value'] ??
    refuse(400, 'user_search_missing_filter_value', `filter_value is required for ${name}.`);
  const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
  return filter
    ? filter(value, name)
    : refuse(400, 'user_search_filter_name_not_recognized', `${name} is not a known filter name.`);
}

// No user of the emulator has a passkey or a wallet.
const none: Filter = () => false;

const noneByFlag = (value: unknown, name: string): Filter => {
  boolean(value, name);
  return none;
};

const filters: Record<string, (value: unknown, name: string) => Filter> = {
  created_at_greater_than: (value, name) => {
    const after = timestamp(value, name);
    return (user) => user.createdAtSeconds > after;
  },
  created_at_less_than: (value, name) => {
    const before = timestamp(value, name);
    return (user) => user.createdAtSeconds < before;
  },
  created_at_between: (value, name) => {
    if (!isObject(value)) return refuse(400, 'user_search_expected_object', `${name} must be an object.`);
    const after = timestamp(value['greater_than'], 'greater_than');
    const before = timestamp(value['less_than'], 'less_than');
    return (user) => user.createdAtSeconds > after && user.createdAtSeconds < before;
  },
  status: (value, name) => {
    const status = string(value, name);
    if (status !== 'active' && status !== 'pending') {
      refuse(400, 'user_search_invalid_status_filter', 'status must be active or pending.');
    }
    return (user) => user.status === status;
  },
  user_id: (value, name) => oneOf(value, name, (user, id) => user.userId === id || user.externalId === id),
  full_name_fuzzy: (value, name) => {
    const part = string(value, name);
    return ({ name: { firstName, middleName, lastName } }) =>
      contains([firstName, middleName, lastName].filter(Boolean).join(' '), part);
  },
  email_address: (value, name) =>
    oneOf(value, name, (user, address) => user.emails.some((email) => isSameAddress(email.address, address))),
  email_address_fuzzy: (value, name) => {
    const part = string(value, name);
    return (user) => user.emails.some((email) => contains(email.address, part));
  },
  email_id: (value, name) =>
    oneOf(value, name, (user, id) => user.emails.some(({ emailId }) => emailId === id)),
  email_verified: (value, name) => {
    const verified = boolean(value, name);
    return (user) => user.emails.some((email) => email.verified === verified);
  },
  phone_number: (value, name) =>
    oneOf(value, name, (user, number) => user.phoneNumbers.some(({ phoneNumber }) => phoneNumber === number)),
  phone_number_fuzzy: (value, name) => {
    const part = string(value, name);
    return (user) => user.phoneNumbers.some(({ phoneNumber }) => contains(phoneNumber, part));
  },
  phone_id: (value, name) =>
    oneOf(value, name, (user, id) => user.phoneNumbers.some(({ phoneId }) => phoneId === id)),
  phone_verified: (value, name) => {
    const verified = boolean(value, name);
    return (user) => user.phoneNumbers.some((phone) => phone.verified === verified);
  },
  password_exists: (value, name) => {
    const exists = boolean(value, name);
    return ({ password }) => (password !== null) === exists;
  },
  oauth_provider: (value, name) =>
    oneOf(value, name, ({ oauthRegistrations }, provider) =>
      oauthRegistrations.some((registration) => registration.provider === provider.toLowerCase()),
    ),
  webauthn_registration_id: (value, name) => oneOf(value, name, none),
  webauthn_registration_verified: noneByFlag,
  crypto_wallet_id: (value, name) => oneOf(value, name, none),
  crypto_wallet_address: (value, name) => oneOf(value, name, none),
  crypto_wallet_verified: noneByFlag,
  totp_id: (value, name) => oneOf(value, name, ({ totps }, id) => totps.some(({ totpId }) => totpId === id)),
  totp_verified: (value, name) => {
    const verified = boolean(value, name);
    return ({ totps }) => totps.some((totp) => totp.verified === verified);
  },
};

function oneOf(value: unknown, name: string, matches: (user: User, wanted: string) => boolean): Filter {
  if (!isStrings(value))
    return refuse(400, 'user_search_expected_array_of_string', `${name} must be a list of strings.`);
  return (user) => value.some((wanted) => matches(user, wanted));
}

function string(value: unknown, name: string): string {
  return typeof value === 'string'
    ? value
    : refuse(400, 'user_search_expected_string', `${name} must be a string.`);
}

function boolean(value: unknown, name: string): boolean {
  return typeof value === 'boolean'
    ? value
    : refuse(400, 'user_search_expected_bool', `${name} must be a boolean.`);
}

function timestamp(value: unknown, name: string): number {
  const ms = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(ms)
    ? refuse(400, 'user_search_expected_timestamp', `${name} must be an RFC 3339 timestamp.`)
    : ms / 1000;
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
