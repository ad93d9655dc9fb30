import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyDirectory, patienceMs, startDemo, stopDemos } from './running-demo.js';

const example = await readFile('.env.example', 'utf8');
const assignments = example.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

afterAll(stopDemos);

describe('.env.example', () => {
  it('names every variable that the package and the demo read, and no other', async () => {
    const read = new Set((await Promise.all(['src/lib', 'src/demo'].map(variablesReadIn))).flat());
    read.delete('NODE_ENV'); // Node's own

    expect(assignments.map((line) => line.split('=')[0]).sort()).toEqual([...read].sort());
  });

  it('says of each in a line above what it is', () => {
    const paragraphs = example.trim().split('\n\n').slice(1);

    expect(paragraphs.join('\n')).toMatch(/^(# .+\n([A-Z_]+=\n?)+)+$/);
  });

  it(
    'starts the demo with its emulator when it is copied as it stands',
    async () => {
      const directory = emptyDirectory();
      await copyFile('.env.example', join(directory, '.env'));

      const demo = await startDemo({ directory });

      expect(demo.output.stdout).toContain('Emulator');
      await demo.stop();
    },
    patienceMs,
  );
});

/** By `process.env['NAME']`, or by one of the functions that read a variable by its name. */
async function variablesReadIn(room: string): Promise<string[]> {
  const reading = /(?:process\.env(?:\[|\.)|\b(?:variable|wholeNumber|portFrom)\()'?([A-Z][A-Z_]+)/g;
  const files = await readdir(room, { recursive: true });
  const sources = await Promise.all(
    files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => readFile(join(room, file), 'utf8')),
  );
  return sources.flatMap((source) => [...source.matchAll(reading)].map(([, name]) => name!));
}
