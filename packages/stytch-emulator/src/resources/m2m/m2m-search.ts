import { refuse } from '../../wire/api-error.js';
import { type Fields, isStrings } from '../../wire/fields.js';
import { isObject } from '../../wire/json.js';
import { combineFilters, searchPage } from '../search-page.js';
import { type M2MClient } from './m2m-client.js';
import { m2mClientToWire } from './m2m-client.wire.js';

type Filter = (client: M2MClient) => boolean;

/** One page of the clients that match all (AND) or any (OR) of the operands, oldest first. */
export function searchM2MClients(clients: M2MClient[], fields: Fields) {
  const found = clients.filter(readQuery(fields.fields('query')));
  // The official list of error types has none for the limit and the cursor of this search.
  const { page, results_metadata } = searchPage(found, fields, {
    idOf: ({ clientId }) => clientId,
    invalidLimit: 'bad_request',
    invalidCursor: 'bad_request',
  });
  return { m2m_clients: page.map(m2mClientToWire), results_metadata };
}

function readQuery(query: Fields | undefined): Filter {
  const operator = query?.any('operator');
  const operands = query?.any('operands') ?? [];
  // An empty query is documented to return all clients.
  if (operator === undefined && Array.isArray(operands) && operands.length === 0) return () => true;
  if (operator !== 'AND' && operator !== 'OR') refuse(400, 'bad_request', 'operator must be AND or OR.');
  if (!Array.isArray(operands)) return refuse(400, 'bad_request', 'operands must be a list.');
  return combineFilters(operator, operands.map(operandFilter));
}

function operandFilter(operand: unknown): Filter {
  if (!isObject(operand)) return refuse(400, 'bad_request', 'Each operand must be an object.');
  const name =
    operand['filter_name'] ??
    refuse(400, 'm2m_search_missing_filter_name', 'filter_name is required in each operand.');
  if (typeof name !== 'string')
    return refuse(400, 'm2m_search_filter_name_must_be_string', 'filter_name must be a string.');
  const value =
    operand['filter_value'] ??
    refuse(400, 'm2m_search_missing_filter_value', `filter_value is required for ${name}.`);
  const valuesOf = Object.hasOwn(filteredValues, name) ? filteredValues[name] : undefined;
  if (!valuesOf)
    return refuse(400, 'm2m_search_filter_name_not_recognized', `${name} is not a known filter name.`);
  if (!isStrings(value))
    return refuse(400, 'm2m_search_expected_array_of_strings', `${name} must be a list of strings.`);
  return (client) => valuesOf(client).some((candidate) => value.includes(candidate));
}

const filteredValues: Record<string, (client: M2MClient) => readonly string[]> = {
  client_id: ({ clientId }) => [clientId],
  client_name: ({ clientName }) => [clientName],
  scopes: ({ scopes }) => scopes,
};
