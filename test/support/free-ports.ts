import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Allocates both ports at the same time, so that they differ. */
export async function twoFreePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  await Promise.all(servers.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
  const [first, second] = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [first!, second!];
}
