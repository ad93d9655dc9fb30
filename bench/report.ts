import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/** A table for the console. The first column is the name of the row. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A target of this package and the measured value. */
export interface Figure {
  readonly name: string;
  readonly wanted: { readonly atMost: number } | { readonly atLeast: number };
  readonly measured: number;
  readonly unit?: string;
  /** Related values that help to interpret the figure. */
  readonly beside?: Readonly<Record<string, number>>;
}

export interface PartOfReport {
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
}

const root = new URL('../../', import.meta.url);
const measuredPackages = [
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/platform-fastify',
  'stytch',
  'jose',
  'fast-jwt',
  'jsonwebtoken',
  '@nestjs/passport',
  'passport-jwt',
  'jwks-rsa',
  'express-oauth2-jwt-bearer',
];

export const isMet = ({ wanted, measured }: Figure): boolean =>
  'atMost' in wanted ? measured <= wanted.atMost : measured >= wanted.atLeast;

export function print({ tables, figures }: PartOfReport): void {
  for (const table of tables) console.log(`\n${asText(table)}`);
  if (figures.length > 0) console.log(`\n${asText(tableOf(figures))}`);
}

/** Writes all results to a file in bench, with the machine and the versions they were measured with. */
export async function write(
  parts: Readonly<Record<string, PartOfReport>>,
  startedAt: Date,
  fileName = 'results.json',
): Promise<void> {
  const figures = Object.values(parts).flatMap((part) => part.figures);
  const results = {
    measuredAt: startedAt.toISOString(),
    tookSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    commit: commit(),
    machine: {
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
      platform: `${process.platform} ${process.arch}`,
    },
    versions: { node: process.version, ...Object.fromEntries(measuredPackages.map(nameAndVersion)) },
    figures: figures.map((figure) => ({ ...rounded(figure), met: isMet(figure) })),
    tables: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.tables])),
  };
  const file = fileURLToPath(new URL(`bench/${fileName}`, root));
  const style = await resolveConfig(file);
  writeFileSync(file, await format(JSON.stringify(results, undefined, 2), { ...style, filepath: file }));
}

function tableOf(figures: readonly Figure[]): Table {
  return {
    title: 'Targets',
    columns: ['', 'target', 'measured', ''],
    rows: figures.map((figure) => {
      const { name, wanted, measured, unit = '' } = figure;
      const limit = 'atMost' in wanted ? `<= ${wanted.atMost}` : `>= ${wanted.atLeast}`;
      return [name, `${limit} ${unit}`, `${number(measured)} ${unit}`, isMet(figure) ? 'met' : 'NOT MET'];
    }),
  };
}

function asText({ title, columns, rows }: Table): string {
  const widths = columns.map((column, at) =>
    Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [title, '-'.repeat(title.length), line(columns), ...rows.map(line)].join('\n');
}

/** Three significant digits, about the precision of the measurements. */
export const number = (value: number): string =>
  value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));

export const times = (value: number): string => `${number(value)} x`;

function rounded(figure: Figure): Figure {
  const beside = Object.entries(figure.beside ?? {}).map(([name, value]) => [name, Number(number(value))]);
  return {
    ...figure,
    measured: Number(number(figure.measured)),
    ...(beside.length > 0 && { beside: Object.fromEntries(beside) as Record<string, number> }),
  };
}

function nameAndVersion(name: string): [string, string] {
  const manifest = readFileSync(new URL(`node_modules/${name}/package.json`, root), 'utf8');
  return [name, (JSON.parse(manifest) as { version: string }).version];
}

function commit(): string | undefined {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
