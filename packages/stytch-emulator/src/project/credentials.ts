import { EmulatorError } from '../emulator-error.js';
import { type Identifiers } from '../identifiers.js';
import { isProduct, type Product, products } from './product.js';

/** The identity of the emulated Stytch project: what an application is configured with. */
export interface Credentials {
  /** The product of the project. */
  readonly product: Product;
  readonly projectId: string;
  readonly secret: string;
  readonly publicToken: string;
}

/**
 * Takes each value from the options, else from the saved state, else generates it.
 *
 * @throws {EmulatorError} `emulator_options_invalid`, also if the saved project is one of the other product
 */
export function resolveCredentials(
  options: { [Name in keyof Credentials]?: Credentials[Name] | undefined },
  saved: Credentials | undefined,
  identifiers: Identifiers,
): Credentials {
  return {
    product: checkProduct(options.product, saved?.product),
    projectId: checkProjectId(options.projectId) ?? saved?.projectId ?? identifiers.id('project'),
    secret: checkPrintable('secret', options.secret) ?? saved?.secret ?? identifiers.secret(),
    publicToken:
      checkPrintable('publicToken', options.publicToken) ??
      saved?.publicToken ??
      identifiers.id('public-token'),
  };
}

function checkProduct(product: Product | undefined, saved: Product | undefined): Product {
  if (product !== undefined && !isProduct(product)) {
    throw new EmulatorError('emulator_options_invalid', `product must be ${products.join(' or ')}.`);
  }
  if (product !== undefined && saved !== undefined && product !== saved) {
    throw new EmulatorError(
      'emulator_options_invalid',
      `The data directory belongs to a ${saved} project. A project can't become a ${product} project; use another directory.`,
    );
  }
  return product ?? saved ?? 'consumer';
}

function checkProjectId(projectId: string | undefined): string | undefined {
  if (projectId === undefined) return undefined;
  if (projectId.startsWith('project-live-')) {
    throw new EmulatorError(
      'emulator_options_invalid',
      'projectId must not start with project-live-. The emulator only accepts test projects, so that credentials of a live project are not used by accident.',
    );
  }
  if (!/^project-test-[\w-]{1,100}$/.test(projectId)) {
    throw new EmulatorError(
      'emulator_options_invalid',
      'projectId must look like project-test-00000000-0000-4000-8000-000000000000.',
    );
  }
  return projectId;
}

function checkPrintable(name: 'secret' | 'publicToken', value: string | undefined): string | undefined {
  if (value === undefined || /^[\x21-\x7e]{1,200}$/.test(value)) return value;
  throw new EmulatorError(
    'emulator_options_invalid',
    `${name} must be 1 to 200 printable ASCII characters without spaces.`,
  );
}
