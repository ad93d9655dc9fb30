/** A request of the API. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The status of the response; null while there is none, for example because of a fault. */
  readonly status: number | null;
  /** When the request arrived, by the emulator's clock. */
  readonly atMs: number;
  /** The JSON object or the form in the body, including tokens and secrets; null if there is none. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** As received, except that `authorization` is reduced to its scheme. */
  readonly headers: Readonly<Record<string, string>>;
}

const maxRequests = 1000;

/** The latest requests. In memory only, because the bodies contain tokens and secrets. */
export class RequestLog {
  private requests: RecordedRequest[] = [];

  /** @returns a function that records the status of the response */
  record(request: Omit<RecordedRequest, 'status'>): (status: number) => void {
    const recorded = {
      ...request,
      headers: withoutCredentials(request.headers),
      status: null as number | null,
    };
    this.requests.push(recorded);
    this.requests = this.requests.slice(-maxRequests);
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
