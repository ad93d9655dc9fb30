import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { twoFreePorts } from './free-ports.js';
import { until } from './until.js';

const run = promisify(execFile);
/** How long a node has to be silent until it is replaced. Less would replace nodes of a loaded machine. */
const downAfterMs = '3000';
const slots = 16_384;
const masters = 3;

/** Without a file, and replicated at once. */
const empty = ['--save', '', '--repl-diskless-sync-delay', '0'];

interface Node {
  readonly port: number;
  readonly process: ChildProcess;
}

/** Several processes of `redis-server` on loopback ports that replace a master that has ended. */
export abstract class RedisTopology {
  protected readonly folder = mkdtempSync(join(tmpdir(), 'redis-'));
  readonly #nodes: Node[] = [];

  /** Where clients ask which node is the master. */
  abstract get entryPorts(): readonly number[];

  protected get ports(): number[] {
    return this.#nodes.map(({ port }) => port);
  }

  /** Ends the master that has a key, after its replica has received everything: replication is asynchronous. */
  async killMasterOf(key: string): Promise<void> {
    const master = await this.masterPortOf(key);
    await until(() => isReplicated(master));
    const node = this.#nodes.find(({ port }) => port === master);
    if (node === undefined) throw new Error(`No node listens on ${master}.`);
    const ended = once(node.process, 'exit');
    node.process.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    const running = this.#nodes.filter(
      ({ process: { exitCode, signalCode } }) => (exitCode ?? signalCode) === null,
    );
    await Promise.all(
      running.map(({ process: child }) => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        return ended;
      }),
    );
    rmSync(this.folder, { recursive: true });
  }

  protected abstract masterPortOf(key: string): Promise<number>;

  protected async startNode(port: number, ...settings: string[]): Promise<void> {
    const common = ['--port', String(port), '--bind', '127.0.0.1'];
    const process = spawn('redis-server', [...settings, ...common], { stdio: 'ignore', cwd: this.folder });
    this.#nodes.push({ port, process });
    await until(async () => (await call(port, 'PING').catch(() => '')) === 'PONG');
  }
}

/** Three masters with one replica each. */
export class TestCluster extends RedisTopology {
  static async start(): Promise<TestCluster> {
    const cluster = new TestCluster();
    const buses: number[] = [];
    for (let node = 0; node < masters * 2; node += 1) {
      const [port, bus] = await twoFreePorts();
      buses.push(bus);
      const settings = ['--cluster-enabled', 'yes', '--cluster-port', String(bus), ...empty];
      const file = ['--cluster-config-file', `nodes-${port}.conf`];
      await cluster.startNode(port, ...settings, ...file, '--cluster-node-timeout', downAfterMs);
    }
    await cluster.meet(buses);
    return cluster;
  }

  override get entryPorts(): readonly number[] {
    return this.ports;
  }

  protected async masterPortOf(key: string): Promise<number> {
    const port = this.ports[0] ?? 0;
    const slot = Number(await call(port, 'CLUSTER', 'KEYSLOT', key));
    const nodes = await call(port, 'CLUSTER', 'NODES');
    const owner = nodes.split('\n').find((line) =>
      line
        .split(' ')
        .slice(8)
        .some((range) => {
          const [first = NaN, last = first] = range.split('-').map(Number);
          return first <= slot && slot <= last;
        }),
    );
    return Number(/:(\d+)@/.exec(owner ?? '')?.[1]);
  }

  private async meet(buses: readonly number[]): Promise<void> {
    const { ports } = this;
    const [first = 0] = ports;
    for (const [at, port] of ports.entries()) {
      await call(port, 'CLUSTER', 'SET-CONFIG-EPOCH', String(at + 1));
      await call(first, 'CLUSTER', 'MEET', '127.0.0.1', String(port), String(buses[at]));
      if (at >= masters) continue;
      const [from, to] = [at, at + 1].map((part) => Math.floor((slots * part) / masters)) as [number, number];
      await call(port, 'CLUSTER', 'ADDSLOTSRANGE', String(from), String(to - 1));
    }
    const knows = async (port: number, count: number, what: string) =>
      (await call(port, 'CLUSTER', 'NODES')).split(what).length - 1 >= count;
    for (const port of ports) await until(() => knows(port, ports.length, ' connected'));
    for (const [at, port] of ports.entries())
      if (at >= masters)
        await call(port, 'CLUSTER', 'REPLICATE', await call(ports[at - masters] ?? 0, 'CLUSTER', 'MYID'));
    for (const port of ports) {
      await until(async () => (await call(port, 'CLUSTER', 'INFO')).includes('cluster_state:ok'));
      await until(() => knows(port, masters, 'slave'));
    }
    for (const port of ports.slice(masters)) await isSynchronized(port);
  }
}

/**
 * Sentinel promotes only a replica whose last INFO is less than five seconds old, and asks for it every ten. A replica
 * that responds late when its master is down is therefore passed over, and the next attempt waits for twice
 * `failover-timeout`, three minutes by default. A Sentinel that was not scheduled for two seconds does nothing for
 * `tilt-period`, 30 seconds by default. Both happen on a loaded machine.
 */
const failoverTimeoutMs = '5000';
const sentinelTiming = ['info-period', '1000', 'tilt-period', '1000'];

/** A master with a replica, and one Sentinel that decides alone. */
export class TestSentinel extends RedisTopology {
  static readonly masterName = 'stytch';

  private constructor(private readonly sentinelPort: number) {
    super();
  }

  static async start(): Promise<TestSentinel> {
    const [[master, replica], [port]] = [await twoFreePorts(), await twoFreePorts()];
    const sentinel = new TestSentinel(port);
    await sentinel.startNode(master, ...empty);
    await sentinel.startNode(replica, ...empty, '--replicaof', `127.0.0.1 ${master}`);
    await isSynchronized(replica);
    const file = join(sentinel.folder, 'sentinel.conf');
    const name = TestSentinel.masterName;
    const settings = [
      `monitor ${name} 127.0.0.1 ${master} 1`,
      `down-after-milliseconds ${name} ${downAfterMs}`,
      `failover-timeout ${name} ${failoverTimeoutMs}`,
    ];
    writeFileSync(file, settings.map((setting) => `sentinel ${setting}\n`).join(''));
    await sentinel.startNode(port, file, '--sentinel');
    await call(port, 'SENTINEL', 'DEBUG', ...sentinelTiming);
    await until(async () => (await call(port, 'SENTINEL', 'REPLICAS', name)).includes(String(replica)));
    return sentinel;
  }

  override get entryPorts(): readonly number[] {
    return [this.sentinelPort];
  }

  protected async masterPortOf(): Promise<number> {
    const address = await call(
      this.sentinelPort,
      'SENTINEL',
      'GET-MASTER-ADDR-BY-NAME',
      TestSentinel.masterName,
    );
    return Number(address.split('\n')[1]);
  }
}

const isSynchronized = (replica: number) =>
  until(async () => (await call(replica, 'INFO', 'replication')).includes('master_link_status:up'));

/** A replica that has just been synchronized confirms that, and receives what was written since, up to a second later. */
async function isReplicated(master: number): Promise<boolean> {
  const info = await call(master, 'INFO', 'replication');
  const [, offset] = /^master_repl_offset:(\d+)/m.exec(info) ?? [];
  return info.includes(`,offset=${offset},`);
}

async function call(port: number, ...command: string[]): Promise<string> {
  const { stdout } = await run('redis-cli', ['-p', String(port), ...command]);
  return stdout.trim();
}
