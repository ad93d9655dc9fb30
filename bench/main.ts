// Compares this package with the alternatives.
//
//   npm run bench                     runs all parts and writes bench/results.json
//   npm run bench -- verification     runs the named parts and writes no file
import { callsAndSockets } from './calls-and-sockets.bench.js';
import { coldStart } from './cold-start.bench.js';
import { emulatorStart } from './emulator-start.bench.js';
import { emulatorWrites } from './emulator-writes.bench.js';
import { guardCall } from './guard-call.bench.js';
import { guardCpu, guardRedis } from './guard-cpu.bench.js';
import { guardedRoute } from './guarded-route.bench.js';
import { memory } from './memory.bench.js';
import { outage } from './outage.bench.js';
import { print, write, type PartOfReport } from './report.js';
import { tail } from './tail.bench.js';
import { verification } from './verification.bench.js';
import { workloads } from './workloads.bench.js';

const parts: Record<string, () => Promise<PartOfReport>> = {
  verification,
  'guard-call': guardCall,
  'guard-cpu': guardCpu,
  'guard-redis': guardRedis,
  'guarded-route': guardedRoute,
  workloads,
  tail,
  'calls-and-sockets': callsAndSockets,
  outage,
  'cold-start': coldStart,
  memory,
  'emulator-start': emulatorStart,
  'emulator-writes': emulatorWrites,
};

const requested = process.argv.slice(2);
const unknown = requested.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`Unknown part: ${unknown.join(', ')}. Available parts: ${Object.keys(parts).join(', ')}.`);
  process.exit(1);
}

const startedAt = new Date();
const reports: Record<string, PartOfReport> = {};
for (const [name, measure] of Object.entries(parts)) {
  if (requested.length > 0 && !requested.includes(name)) continue;
  console.error(`Measuring ${name}...`);
  const report = await measure();
  reports[name] = report;
  print(report);
}
if (requested.length === 0) await write(reports, startedAt);
process.exit();
