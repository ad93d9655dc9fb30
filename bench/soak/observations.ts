import { percentile } from '../measure.js';
import type { Phase } from './phases.js';

/** What people got in a phase. */
export interface PhaseCounts {
  readonly phase: Phase;
  readonly startedAtMs: number;
  requests: number;
  ok: number;
  /** 503, by code. */
  readonly refused: Record<string, number>;
  unreachable: number;
  readonly latenciesMs: number[];
}

/** Bounds memory: a run that goes wrong has the same violation thousands of times. */
const maxExamples = 3;

/** Records what happens during the run, and what must not happen. */
export class Observations {
  readonly phases: PhaseCounts[] = [];
  /** How often each violation occurred, with examples. */
  readonly violations = new Map<string, { count: number; examples: string[] }>();

  begin(phase: Phase): void {
    this.phases.push({
      phase,
      startedAtMs: performance.now(),
      requests: 0,
      ok: 0,
      refused: {},
      unreachable: 0,
      latenciesMs: [],
    });
  }

  get current(): PhaseCounts {
    const current = this.phases.at(-1);
    if (current === undefined) throw new Error('No phase has begun.');
    return current;
  }

  violation(what: string, example: string): void {
    const violation = this.violations.get(what) ?? { count: 0, examples: [] };
    this.violations.set(what, violation);
    violation.count += 1;
    if (violation.examples.length < maxExamples)
      violation.examples.push(`${example} (${this.current.phase.name})`);
  }

  ok(ms: number): void {
    this.current.ok += 1;
    this.current.latenciesMs.push(ms);
  }

  refused(code: string, startedIn: PhaseCounts): void {
    startedIn.refused[code] = (startedIn.refused[code] ?? 0) + 1;
    if (!this.phasesSince(startedIn).some(({ codes = [] }) => codes.includes(code)))
      this.violation('503 although nothing was wrong', `${code}, request of "${startedIn.phase.name}"`);
  }

  unreachable(cause: string, startedIn: PhaseCounts): void {
    startedIn.unreachable += 1;
    this.violation('no response', cause);
  }

  /** A response may come in a later phase than its request. */
  private phasesSince(startedIn: PhaseCounts): Phase[] {
    return this.phases.slice(this.phases.indexOf(startedIn)).map(({ phase }) => phase);
  }
}

export const p99 = ({ latenciesMs }: PhaseCounts): number => percentile(latenciesMs, 99);
