/** One side of a comparison. Each round does the same work and returns its cost. */
export interface Contestant<Cost extends string> {
  readonly name: string;
  round(): Promise<Record<Cost, number>>;
}

/** The cost of each round, in order. */
export interface Rounds<Cost extends string> {
  readonly name: string;
  readonly costs: Record<Cost, number>[];
}

/**
 * Runs many short rounds of all contestants, in random order within each round, so that other load on
 * the machine affects all of them equally.
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

/** @throws {Error} if there are no rounds of this name */
export function named<Cost extends string>(measured: Iterable<Rounds<Cost>>, name: string): Rounds<Cost> {
  for (const one of measured) if (one.name === name) return one;
  throw new Error(`${name} was not measured.`);
}

/** The median of the ratios per round. Load on the machine affects both sides of a ratio, unlike two medians. */
export function ratioOf<Cost extends string>(one: Rounds<Cost>, other: Rounds<Cost>, cost: Cost): number {
  return median(one.costs.map((roundCost, round) => roundCost[cost] / (other.costs[round]?.[cost] ?? NaN)));
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

/** Wall time, and CPU time of all threads of this process, in microseconds. */
export async function timed(work: () => void | Promise<void>): Promise<{ wallUs: number; cpuUs: number }> {
  const cpuBefore = process.cpuUsage();
  const startedAtMs = performance.now();
  await work();
  const wallUs = (performance.now() - startedAtMs) * 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wallUs, cpuUs: user + system };
}
