import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyDirectory, timeoutMs, startDemo, stopDemos } from './running-demo.js';

const example = await readFile('.env.example', 'utf8');
const assignments = example.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

afterAll(stopDemos);

describe('.env.example', () => {
  it('lists exactly the environment variables that the library and the demo read', async () => {
    const read = new Set((await Promise.all(['src/lib', 'src/demo'].map(variablesReadIn))).flat());
    read.delete('NODE_ENV'); // set by the environment, not by users

    expect(assignments.map((line) => line.split('=')[0]).sort()).toEqual([...read].sort());
  });

  it('describes each environment variable in a comment above it', () => {
    const paragraphs = example.trim().split('\n\n').slice(1);

    expect(paragraphs.join('\n')).toMatch(/^(# .+\n([A-Z_]+=\n?)+)+$/);
  });

  it(
    'starts the demo with the emulator when copied unchanged to .env',
    async () => {
      const directory = emptyDirectory();
      await copyFile('.env.example', join(directory, '.env'));

      const demo = await startDemo({ directory });

      expect(demo.output.stdout).toContain('Emulator');
      await demo.stop();
    },
    timeoutMs,
  );
});

/** Finds `process.env['NAME']` and calls of the functions that read a variable by name. */
async function variablesReadIn(directory: string): Promise<string[]> {
  const variableRead = /(?:process\.env(?:\[|\.)|\b(?:variable|wholeNumber|portFrom)\()'?([A-Z][A-Z_]+)/g;
  const files = await readdir(directory, { recursive: true });
  const sources = await Promise.all(
    files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => readFile(join(directory, file), 'utf8')),
  );
  return sources.flatMap((source) => [...source.matchAll(variableRead)].map(([, name]) => name!));
}
