// Runs the package for seven minutes with 2,000 people, while everything around it goes wrong once.
//
//   npm run soak                writes bench/soak.json; the exit code is 1 if something was wrong
//   npm run soak -- 200 0.2     200 people, phases of a fifth of their length; writes no file
import type { StytchProject } from '../alternatives/alternative.js';
import type { Platform } from '../processes.js';
import { print, write } from '../report.js';
import { Balancer } from './balancer.js';
import { ControlledProcess } from './controlled-process.js';
import { Flood } from './flood.js';
import type {
  ApplicationArguments,
  ApplicationMessage,
  ApplicationRequest,
  StytchMessage,
  StytchRequest,
} from './messages.js';
import { Observations } from './observations.js';
import { Person } from './person.js';
import { phases, type PhaseName } from './phases.js';
import { SoakRecord, reportOf } from './soak-report.js';

const platform: Platform = 'Express';
const pollIntervalMs = 20_000;
const memoryIntervalMs = 5_000;
/** Whatever happens, the run ends then. */
const maxRunMs = 600_000;
/** Bytes of custom claims, and how many of four people have them: JWTs of 1.5, 2.6 and 5.4 KB. */
const claimBytes = [0, 0, 800, 2_950];
/** JWTs of different ages, so that they are not refreshed at the same time. */
const maxAgeSeconds = 240;
const hourMs = 3_600_000;

type Application = ControlledProcess<ApplicationRequest, ApplicationMessage>;

const startedAt = new Date();
const [peopleCount = 2_000, scale = 1] = process.argv.slice(2).map(Number);
setTimeout(() => {
  console.error('The run took longer than ten minutes.');
  process.exit(1);
}, maxRunMs).unref();

const observations = new Observations();
const record = new SoakRecord(observations);

console.error(`Creating ${peopleCount} sessions...`);
const stytch = new ControlledProcess<StytchRequest, StytchMessage>('stytch.js', {});
const { project } = await stytch.next('listening');
const balancer = new Balancer();
let outOfRotation = Promise.resolve();
let application = await startApplication(project);
const people: Person[] = [];
let genuineJwt = '';
for (let index = 0; index < peopleCount; index += 1) {
  const filler = 'x'.repeat(claimBytes[index % claimBytes.length] ?? 0);
  const session = await stytch.request<'session'>({
    kind: 'session',
    email: `person-${index}@example.com`,
    claims: { person: index, ...(filler && { filler }) },
    ageSeconds: Math.floor(Math.random() * maxAgeSeconds),
  });
  record.jwtBytes.add(session.sessionJwt.length);
  genuineJwt = session.sessionJwt;
  people.push(new Person(index, session, balancer, observations));
}

await during('arrival', () => {
  for (const person of people) void person.poll(pollIntervalMs, Math.random() * pollIntervalMs * scale);
});
await during('steady');
await during('restart', restart);
const memory = setInterval(() => void sampleMemory(), memoryIntervalMs * scale);
await during('warmUp');
await during('outage', async () => {
  for (const fault of ['status', 'hang', 'reset'] as const) {
    await stytch.request<'fault'>({ kind: 'fault', fault });
    await seconds(phases.outage.seconds / 3);
  }
});
record.outageEndedAtMs = performance.now();
await stytch.request<'fault'>({ kind: 'fault', fault: undefined });
await during('recovery');
record.servedAgainAtMs = Math.max(...people.map(({ servedAgainAtMs }) => servedAgainAtMs));
await during('recovered');
await stytch.request<'rotate'>({ kind: 'rotate' });
await during('rotation');
await moveClock(2 * hourMs);
await during('ahead');
await moveClock(0);
await during('afterAhead');
await moveClock(-hourMs);
await during('behind');
await moveClock(0);
await during('afterBehind');
const flood = new Flood(balancer, genuineJwt);
await during('flood', () => flood.run(phases.flood.seconds * scale * 1000));
record.floodStatuses = flood.statuses;
await during('end');

clearInterval(memory);
for (const person of people) person.stop();
record.endings.push(await application.terminate());
await stytch.terminate();

const report = reportOf(record, peopleCount);
print(report);
const isWhole = peopleCount === 2_000 && scale === 1;
if (isWhole) await write({ soak: report }, startedAt, 'soak.json');
process.exit(record.isPassed(report) ? 0 : 1);

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * scale * 1000));
}

/** Begins a phase, does something in it, and lasts as long as the phase at least. */
async function during(name: PhaseName, act: () => Promise<void> | void = () => undefined): Promise<void> {
  const phase = phases[name];
  console.error(`${Math.round(process.uptime())} s: ${phase.name}`);
  observations.begin(phase);
  await Promise.all([seconds(phase.seconds), act()]);
  record.addCalls(phase, await stytch.request<'calls'>({ kind: 'calls' }));
}

async function startApplication(withProject: StytchProject): Promise<Application> {
  const parameters: ApplicationArguments = { platform, project: withProject };
  const started: Application = new ControlledProcess('application.js', parameters, (message) => {
    record.add(message);
  });
  const { port } = await started.next('listening');
  outOfRotation = balancer.switchTo(port);
  return started;
}

/** A new process takes over. The old one gets SIGTERM once it has completed its requests. */
async function restart(): Promise<void> {
  const old = application;
  application = await startApplication(project);
  await outOfRotation;
  const beganAtMs = performance.now();
  record.endings.push(await old.terminate());
  record.shutdownMs = performance.now() - beganAtMs;
}

async function moveClock(offsetMs: number): Promise<void> {
  await application.request<'clock'>({ kind: 'clock', offsetMs });
}

async function sampleMemory(): Promise<void> {
  const { phase } = observations.current;
  record.memory.push({ phase, ...(await application.request<'memory'>({ kind: 'memory' })) });
}
