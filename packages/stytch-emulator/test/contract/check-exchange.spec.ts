import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Exchange } from '../../src/server/publish-exchanges.js';
import { call, emulatorUnderTest, sdkClient } from '../emulator.js';
import { problemsOf } from './check-exchange.js';
import { OfficialDocument } from './official-document.js';

const json = (name: string) => ({
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
});

const document = new OfficialDocument({
  paths: {
    '/v1/users/{user_id}': {
      put: {
        parameters: [
          { name: 'user_id', in: 'path', required: true },
          { name: 'dry_run', in: 'query', required: true },
        ],
        requestBody: json('UpdateRequest'),
        responses: { '200': json('UpdateResponse'), '400': {} },
      },
    },
  },
  components: {
    schemas: {
      UpdateRequest: {
        type: 'object',
        properties: { name: { $ref: '#/components/schemas/Name' } },
        required: ['name'],
      },
      Name: { type: 'object', properties: { first_name: { type: 'string' } } },
      UpdateResponse: {
        type: 'object',
        properties: { user_id: { type: 'string' }, lock: { type: 'string' } },
        required: ['user_id'],
      },
    },
  },
});

const success: Exchange = {
  method: 'PUT',
  path: '/v1/users/user-test-1',
  query: { dry_run: 'true' },
  isFromSdk: true,
  requestBody: JSON.stringify({ name: { first_name: 'Ada' } }),
  status: 200,
  responseBody: JSON.stringify({ user_id: 'user-test-1', lock: null }),
};

const error = (body: object = {}) =>
  JSON.stringify({
    error_message: 'The name is invalid.',
    error_type: 'invalid_name',
    error_url: '',
    request_id: 'request-id-test-1',
    status_code: 400,
    ...body,
  });

const check = (changes: Partial<Exchange>) =>
  problemsOf({ ...success, ...changes }, document, new Set(['invalid_name']))?.problems;

describe('problemsOf', () => {
  it.each<[string, Partial<Exchange>, string[]]>([
    ['a valid exchange', {}, []],
    ['a field of another type', { requestBody: '{"name":1}' }, ['request: /name must be object']],
    ['a missing field', { requestBody: '' }, ["request: must have required property 'name'"]],
    [
      'an unknown field',
      { requestBody: '{"name":{"nick":"a"},"age":1}' },
      ['request: /age is not documented', 'request: /name/nick is not documented'],
    ],
    ['an unknown field that no SDK sent', { requestBody: '{"name":{"nick":"a"}}', isFromSdk: false }, []],
    [
      'an unknown and a missing query parameter',
      { query: { page: '1' } },
      [
        'request: the query parameter dry_run is missing',
        'request: the query parameter page is not documented',
      ],
    ],
    [
      'an invalid request that is refused',
      { requestBody: '{}', isFromSdk: false, status: 400, responseBody: error() },
      [],
    ],
    [
      'an invalid response',
      { responseBody: '{"user_id":1,"age":1}' },
      ['response: /age is not documented', 'response: /user_id must be string'],
    ],
    ['an undocumented status', { status: 201 }, ['response: status 201 is not documented']],
    ['an error', { status: 400, responseBody: error() }, []],
    [
      'an error of another format',
      { status: 400, responseBody: error({ error_type: 'no_name', status_code: 401, error_details: {} }) },
      [
        'response: an error has the fields error_message, error_type, error_url, request_id, status_code',
        'response: no_name is not an error type of Stytch',
        'response: status_code is not the status',
      ],
    ],
  ])('finds what violates the document in %s', (_case, changes, problems) => {
    expect(check(changes)?.sort()).toEqual(problems);
  });

  it('ignores operations that the document lacks', () => {
    expect(check({ path: '/v1/public/oauth/google/start' })).toBeUndefined();
  });
});

describe('an emulator', () => {
  const emulator = emulatorUnderTest();
  let published: Exchange[] = [];
  const record = (message: unknown) => published.push(message as Exchange);
  beforeAll(() => {
    subscribe('stytch-emulator:exchange', record);
  });
  beforeEach(() => {
    published = [];
  });
  afterAll(() => {
    unsubscribe('stytch-emulator:exchange', record);
  });

  it('publishes the requests of the API and its responses, errors included', async () => {
    await sdkClient(emulator()).users.create({ email: 'ada@example.com' });
    const { body } = await call(emulator(), 'GET /v1/users/x?a=b');

    expect(published).toEqual([
      {
        method: 'POST',
        path: '/v1/users',
        query: {},
        isFromSdk: true,
        requestBody: '{"email":"ada@example.com"}',
        status: 201,
        responseBody: expect.stringContaining('ada@example.com'),
      },
      expect.objectContaining({ path: '/v1/users/x', query: { a: 'b' }, isFromSdk: false, status: 404 }),
    ]);
    expect(JSON.parse(published[1]!.responseBody)).toEqual(body);
  });

  it('does not publish the responses of injected faults', async () => {
    emulator().faults.add({ kind: 'status', status: 503 });
    await fetch(`${emulator().url}/v1/debug/whoami`);
    expect(published).toEqual([]);
  });
});
