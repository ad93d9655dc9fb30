// Measures this package beside the alternatives.
//
//   npm run bench                     everything, and writes bench/results.json
//   npm run bench -- verification     some parts only, and writes nothing
import { callsAndSockets } from './calls-and-sockets.bench.js';
import { guardedRoute } from './guarded-route.bench.js';
import { memory } from './memory.bench.js';
import { print, write, type PartOfReport } from './report.js';
import { tail } from './tail.bench.js';
import { verification } from './verification.bench.js';

const parts: Record<string, () => Promise<PartOfReport>> = {
  verification,
  'guarded-route': guardedRoute,
  tail,
  'calls-and-sockets': callsAndSockets,
  memory,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}.`);
  process.exit(1);
}

const startedAt = new Date();
const reports: Record<string, PartOfReport> = {};
for (const [name, measure] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.error(`measuring: ${name} …`);
  const report = await measure();
  reports[name] = report;
  print(report);
}
if (asked.length === 0) await write(reports, startedAt);
process.exit();
