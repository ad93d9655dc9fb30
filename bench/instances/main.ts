// Measures how several instances share what was signed out, through Redis.
//
//   npm run soak:instances                   runs all parts and writes bench/instances.json
//   npm run soak:instances -- propagation    runs the named parts and writes no file
import { startRedis } from '../redis-server.js';
import { print, write, type PartOfReport } from '../report.js';
import { millionDenials } from './million-denials.js';
import { propagation } from './propagation.js';

const parts: Record<string, (redisUrl: string) => Promise<PartOfReport>> = {
  propagation,
  'million-denials': millionDenials,
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
  const redis = await startRedis();
  if (redis === undefined) {
    console.error('redis-server is missing: apt-get install redis-server');
    process.exit(1);
  }
  const report = await measure(redis.url);
  redis.close();
  reports[name] = report;
  print(report);
}
if (requested.length === 0) await write(reports, startedAt, 'instances.json');
process.exit();
