import type { StytchModuleOptions } from '../../src/lib/options/module.options.js';
import { resolveOptions, type ResolvedOptions } from '../../src/lib/options/resolve-options.js';
import type { StytchStaticOptions } from '../../src/lib/options/static.options.js';

/** The options of a module with what a spec sets; the required ones have a value. */
export const resolvedOptions = (
  options: Partial<StytchModuleOptions> = {},
  staticOptions: StytchStaticOptions = {},
): ResolvedOptions =>
  resolveOptions(
    {
      projectId: 'project-test-5f0d9c1e-0000-4000-8000-000000000001',
      secret: 'secret-test-of-these-specs=',
      appUrl: 'https://app.example.com',
      ...options,
    },
    staticOptions,
  );
