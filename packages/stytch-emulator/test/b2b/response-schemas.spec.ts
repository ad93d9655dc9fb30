import { type StytchB2BEmulator } from 'stytch-emulator';
import { productOf } from '../../src/wire/product-of-operation.js';
import { stytchOperations } from '../../src/wire/stytch-operations.js';
import { b2bEmulatorUnderTest, call, servedOperations } from '../emulator.js';

/** A successful call of every operation that only B2B projects have and that the emulator serves. */
const successfulCalls: Record<string, (emulator: StytchB2BEmulator) => Promise<{ status: number }>> = {
  'GET /v1/b2b/rbac/policy': (emulator) => call(emulator, 'GET /v1/b2b/rbac/policy'),
  'GET /v1/b2b/sessions/jwks/{project_id}': (emulator) =>
    call(emulator, `GET /v1/b2b/sessions/jwks/${emulator.projectId}`),
};

/** Served operations that the OpenAPI document lacks. Their tests assert the whole responses. */
const servedUndocumentedOperations: string[] = [];

const served = servedOperations.filter((operation) => productOf(operation) === 'b2b');

describe('the responses of served operations of B2B projects', () => {
  const emulator = b2bEmulatorUnderTest();

  it.each(served)('match the schema in the OpenAPI document: %s', async (operation) => {
    // call() checks the schema of every successful response.
    const { status } = await successfulCalls[operation]!(emulator());
    expect(status).toBe(200);
  });

  it('are 501 for all other operations of Stytch for B2B projects', async () => {
    const operations = stytchOperations.filter((operation) => productOf(operation) === 'b2b');
    const statuses = await Promise.all(
      operations.map(async (operation) => [operation, await statusOf(emulator(), operation)] as const),
    );
    const implemented = statuses.filter(([, status]) => status !== 501).map(([operation]) => operation);
    expect(implemented.sort()).toEqual([...served, ...servedUndocumentedOperations].sort());
  });
});

async function statusOf({ url, projectId, secret }: StytchB2BEmulator, operation: string): Promise<number> {
  const [method = '', path = ''] = operation.replace(/\{\w+\}/g, 'x').split(' ');
  const authorization = `Basic ${btoa(`${projectId}:${secret}`)}`;
  const response = await fetch(url + path, { method, headers: { authorization } });
  return response.status;
}
