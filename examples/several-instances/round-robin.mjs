import { createServer, request } from 'node:http';

/** What a proxy does not pass on (RFC 9110 section 7.6.1). Node sets them for each connection. */
const hopByHop = ['connection', 'keep-alive', 'transfer-encoding'];

/** A load balancer: a server that passes each request on to the next of the ports. */
export function roundRobin(ports) {
  let count = 0;
  return createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const forwarded = request({
      host: '127.0.0.1',
      port: ports[count++ % ports.length],
      method,
      path,
      headers: {
        ...withoutHopByHop(headers),
        // No X-Forwarded-For: this server listens on loopback, so all clients have the same address.
        'x-forwarded-host': headers.host,
        'x-forwarded-proto': 'http',
      },
      agent: false,
    });
    forwarded.on('response', (response) => {
      outgoing.writeHead(response.statusCode, withoutHopByHop(response.headers));
      response.pipe(outgoing);
    });
    forwarded.on('error', () => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502, { 'content-type': 'text/plain' }).end('The instance does not respond.\n');
    });
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
}

const withoutHopByHop = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)));
