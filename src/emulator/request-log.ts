/** A request of the API, as it arrived, and what became of it. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The answer's status; null as long as there is none, for instance because a fault withholds it. */
  readonly status: number | null;
  /** When it arrived, by the emulator's clock. */
  readonly atMs: number;
  /** The JSON object that was sent, tokens included; null where there was none. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** As sent, except that of `authorization` only the scheme is kept. */
  readonly headers: Readonly<Record<string, string>>;
}

const keptRequests = 1000;

/** The latest requests, in memory only: bodies hold tokens, and are for the eyes of a test. */
export class RequestLog {
  private requests: RecordedRequest[] = [];

  /** @returns what to call with the status once there is one */
  record(request: Omit<RecordedRequest, 'status'>): (status: number) => void {
    const recorded = {
      ...request,
      headers: withoutCredentials(request.headers),
      status: null as number | null,
    };
    this.requests.push(recorded);
    this.requests = this.requests.slice(-keptRequests);
    return (status) => {
      recorded.status = status;
    };
  }

  /** Oldest first. */
  list(): RecordedRequest[] {
    return structuredClone(this.requests);
  }

  clear(): void {
    this.requests = [];
  }
}

function withoutCredentials({
  authorization,
  ...headers
}: Readonly<Record<string, string>>): Record<string, string> {
  const [scheme] = authorization?.split(' ') ?? [];
  return scheme === undefined ? headers : { ...headers, authorization: scheme };
}
