import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const example = await readFile('.env.example', 'utf8');
const assignments = example.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('.env.example', () => {
  it('lists exactly the variables that the package and the demo read', async () => {
    const read = new Set((await Promise.all(['src/lib', 'src/demo'].map(variablesReadIn))).flat());
    read.delete('NODE_ENV'); // Set by deployment platforms, not a setting of the demo.

    expect(assignments.map((line) => line.split('=')[0]).sort()).toEqual([...read].sort());
  });

  it('describes each variable in the line above it', () => {
    const lines = example.split('\n');
    const described = assignments.filter((line) => lines[lines.indexOf(line) - 1]?.startsWith('# '));

    expect(described).toEqual(assignments);
  });
});

/**
 * Finds `process.env['NAME']`, options with an `environmentVariable`, and calls of the demo's functions
 * that read a variable.
 */
async function variablesReadIn(directory: string): Promise<string[]> {
  const pattern =
    /(?:process\.env(?:\[|\.)|environmentVariable: |\b(?:variable|portFrom|redisUrlFrom)\()'?([A-Z][A-Z_]+)/g;
  const files = await readdir(directory, { recursive: true });
  const sources = await Promise.all(
    files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => readFile(join(directory, file), 'utf8')),
  );
  return sources.flatMap((source) => [...source.matchAll(pattern)].map(([, name]) => name!));
}
