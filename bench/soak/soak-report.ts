import type { Memory } from '../processes.js';
import { isMet, number, type Figure, type PartOfReport, type Table } from '../report.js';
import type { ApplicationMessage, Calls } from './messages.js';
import { p99, type Observations } from './observations.js';
import { phases, type Phase } from './phases.js';
import { timesFaster } from './simulated-time.js';

const bytesPerMegabyte = 1024 * 1024;

/** What is recorded besides the responses. */
export class SoakRecord {
  readonly jwtBytes = new Set<number>();
  readonly memory: (Memory & { readonly phase: Phase })[] = [];
  readonly calls: (Calls & { readonly phase: Phase })[] = [];
  readonly circuitChanges: { readonly isOpen: boolean; readonly phase: Phase }[] = [];
  readonly logLines = new Map<string, number>();
  /** How the processes of the application ended. */
  readonly endings: string[] = [];
  floodStatuses: Readonly<Record<string, number>> = {};
  outageEndedAtMs = 0;
  servedAgainAtMs = 0;
  shutdownMs = 0;

  constructor(readonly observations: Observations) {}

  add(message: ApplicationMessage): void {
    if (message.kind === 'circuit')
      this.circuitChanges.push({ isOpen: message.isOpen, phase: this.observations.current.phase });
    if (message.kind === 'problem') this.observations.violation('a process-level error', message.text);
    if (message.kind === 'log') {
      const line = `${message.level}: ${message.line}`;
      this.logLines.set(line, (this.logLines.get(line) ?? 0) + 1);
      if (/eyJ[\w-]{10,}\./.test(line)) this.observations.violation('a token in the log', line.slice(0, 40));
    }
  }

  addCalls(phase: Phase, calls: Calls): void {
    this.calls.push({ ...calls, phase });
  }

  isPassed({ figures }: PartOfReport): boolean {
    return this.observations.violations.size === 0 && figures.every(isMet);
  }
}

export function reportOf(record: SoakRecord, people: number): PartOfReport {
  return {
    tables: [
      phaseTable(record),
      memoryTable(record),
      countTable('Responses to the flood', record.floodStatuses),
      countTable('Lines in the log, level warn and error', Object.fromEntries(record.logLines)),
      violationTable(record),
    ],
    figures: figuresOf(record, people),
  };
}

function phaseTable({ observations, calls }: SoakRecord): Table {
  return {
    title: 'Responses to genuine people, and calls to Stytch',
    columns: ['', 's', 'requests', '200', '503', 'no response', 'p99, ms', 'authenticate', 'other calls'],
    rows: observations.phases.map((counts, at) => [
      counts.phase.name,
      String(counts.phase.seconds),
      String(counts.requests),
      String(counts.ok),
      String(sum(Object.values(counts.refused))),
      String(counts.unreachable),
      counts.ok === 0 ? '' : number(p99(counts)),
      String(sum(Object.values(calls[at]?.bySession ?? {}))),
      String(sum(Object.values(calls[at]?.byPath ?? {}))),
    ]),
  };
}

function memoryTable(record: SoakRecord): Table {
  return {
    title: 'Memory of the application after the restart',
    columns: ['', 'reachable, MB', 'resident, MB'],
    rows: Object.values(phases)
      .filter((phase) => record.memory.some((sample) => sample.phase === phase))
      .map((phase) => {
        const { live, resident } = memoryIn(record, phase);
        return [phase.name, number(live), number(resident)];
      }),
  };
}

const countTable = (title: string, counts: Readonly<Record<string, number>>): Table => ({
  title,
  columns: ['', 'count'],
  rows: Object.entries(counts).map(([name, count]) => [name, String(count)]),
});

const violationTable = ({ observations }: SoakRecord): Table => ({
  title: 'Violations',
  columns: ['', 'count', 'examples'],
  rows: [...observations.violations].map(([what, { count, examples }]) => [
    what,
    String(count),
    examples.join('; '),
  ]),
});

function figuresOf(record: SoakRecord, people: number): Figure[] {
  const { observations, circuitChanges } = record;
  const baseline = memoryIn(record, phases.recovered);
  const end = memoryIn(record, phases.end);
  const opened = circuitChanges.filter(({ isOpen }) => isOpen);
  return [
    {
      name: 'requests of genuine people',
      wanted: { atLeast: people },
      measured: sum(observations.phases.map(({ requests }) => requests)),
    },
    {
      name: 'violations: signed out, wrong session, unexpected 503, no response, process-level errors',
      wanted: { atMost: 0 },
      measured: sum([...observations.violations.values()].map(({ count }) => count)),
    },
    { name: 'openings of the circuit', wanted: { atMost: 1 }, measured: opened.length },
    {
      name: 'changes of the circuit outside the outage and the recovery',
      wanted: { atMost: 0 },
      measured: circuitChanges.filter(({ phase }) => phase !== phases.outage && phase !== phases.recovery)
        .length,
    },
    {
      name: 'everybody is served again after the outage',
      wanted: { atMost: 10 },
      measured: Math.max(0, record.servedAgainAtMs - record.outageEndedAtMs) / 1000,
      unit: 's',
    },
    {
      name: 'calls to Stytch per session and four minutes',
      wanted: { atMost: 1.1 },
      measured: callsPerSession(record, people),
    },
    {
      name: 'growth of reachable memory between the outage and the end',
      wanted: { atMost: 10 },
      measured: (end.live / baseline.live - 1) * 100,
      unit: '%',
      beside: { 'MB at the end': end.live },
    },
    {
      name: 'growth of resident memory between the outage and the end',
      wanted: { atMost: 15 },
      measured: (end.resident / baseline.resident - 1) * 100,
      unit: '%',
      beside: { 'MB at the end': end.resident },
    },
    {
      name: 'time between SIGTERM and the end of the process',
      wanted: { atMost: 5 },
      measured: record.shutdownMs / 1000,
      unit: 's',
    },
    {
      name: 'processes that ended otherwise than by SIGTERM',
      wanted: { atMost: 0 },
      measured: record.endings.filter((ending) => ending !== 'SIGTERM').length,
    },
  ];
}

/** Outside the outage, during which calls fail. */
function callsPerSession({ calls, observations }: SoakRecord, people: number): number {
  const counted = calls.filter(({ phase }) => phase !== phases.outage);
  const made = sum(
    counted.flatMap(({ bySession }) => Object.entries(bySession).map(([id, n]) => (id ? n : 0))),
  );
  const realSeconds = sum(
    observations.phases.map(({ phase, startedAtMs }, at) => {
      const endedAtMs = observations.phases[at + 1]?.startedAtMs ?? performance.now();
      return phase === phases.outage ? 0 : (endedAtMs - startedAtMs) / 1000;
    }),
  );
  return made / people / ((realSeconds * timesFaster) / 240);
}

function memoryIn({ memory }: SoakRecord, phase: Phase): { live: number; resident: number } {
  const samples = memory.filter((sample) => sample.phase === phase);
  const mean = (values: number[]) => sum(values) / values.length / bytesPerMegabyte;
  return {
    live: mean(samples.map(({ liveBytes }) => liveBytes)),
    resident: mean(samples.map(({ residentBytes }) => residentBytes)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
