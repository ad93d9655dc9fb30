import { request as requestOf, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';

/** The path at which every host responds with the cookies that the test chose. */
const settingPath = '/__set';

/** A TLS server for all hosts of a site. Forwards the requests of a host to its application. */
export class TlsHosts {
  /** The `Set-Cookie` headers of the next response at {@link settingUrlOf}. */
  setCookies: readonly string[] = [];
  private readonly server: Server;

  /** @param applications the URL that the application of a host listens on, by host */
  private constructor(
    tls: TlsOptions,
    private readonly applications: Readonly<Record<string, string>>,
  ) {
    this.server = createServer(tls, (request, response) => {
      this.respond(request, response);
    });
  }

  static async start(tls: TlsOptions, applications: Readonly<Record<string, string>>): Promise<TlsHosts> {
    const hosts = new TlsHosts(tls, applications);
    await new Promise<void>((resolve) => hosts.server.listen(0, '127.0.0.1', resolve));
    return hosts;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  settingUrlOf(host: string): string {
    return `https://${host}${settingPath}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private respond(request: IncomingMessage, response: ServerResponse): void {
    const application = this.applications[request.headers.host ?? ''];
    if (request.url === settingPath || application === undefined) {
      response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': [...this.setCookies] });
      response.end('<title>Set</title>');
      return;
    }
    const { method, headers, url = '/' } = request;
    const forwarded = requestOf(new URL(url, application), { method, headers }, (received) => {
      response.writeHead(received.statusCode ?? 502, received.headers);
      received.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  }
}
