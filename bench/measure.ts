/** One side of a comparison. A round does the same work every time and says what it cost. */
export interface Contestant<Cost extends string> {
  readonly name: string;
  round(): Promise<Record<Cost, number>>;
}

/** What each round cost, in the order of the rounds. */
export interface Rounds<Cost extends string> {
  readonly name: string;
  readonly costs: Record<Cost, number>[];
}

/**
 * Runs many short rounds of each contestant, one after the other and each time in another order:
 * whatever else the machine does meanwhile then falls on all of them alike.
 */
export async function alternate<Cost extends string>(
  contestants: readonly Contestant<Cost>[],
  { rounds, warmUp }: { rounds: number; warmUp: number },
): Promise<Rounds<Cost>[]> {
  const costs = new Map<Contestant<Cost>, Record<Cost, number>[]>(contestants.map((one) => [one, []]));
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const contestant of shuffled(contestants)) {
      const cost = await contestant.round();
      if (round >= warmUp) costs.get(contestant)?.push(cost);
    }
  }
  return contestants.map((one) => ({ name: one.name, costs: costs.get(one) ?? [] }));
}

export function medianOf<Cost extends string>({ costs }: Rounds<Cost>, cost: Cost): number {
  return median(costs.map((one) => one[cost]));
}

/** The median of the ratios within a round, not the ratio of medians: a slow moment touches both. */
export function ratioOf<Cost extends string>(one: Rounds<Cost>, other: Rounds<Cost>, cost: Cost): number {
  return median(one.costs.map((paid, round) => paid[cost] / (other.costs[round]?.[cost] ?? NaN)));
}

const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);

export const median = (values: readonly number[]): number => percentile(values, 50);

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length))] ?? NaN;
}

/** Wall time, and the time all threads of this process spent on a CPU. In microseconds. */
export async function timed(work: () => void | Promise<void>): Promise<{ wallUs: number; cpuUs: number }> {
  const cpuBefore = process.cpuUsage();
  const startedAtMs = performance.now();
  await work();
  const wallUs = (performance.now() - startedAtMs) * 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wallUs, cpuUs: user + system };
}
