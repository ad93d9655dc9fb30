/** The properties of a GraphQL context in which Apollo, Mercurius, graphql-ws and applications keep a request. */
interface UsualContext {
  readonly req?: unknown;
  readonly res?: unknown;
  readonly request?: unknown;
  readonly reply?: { readonly request?: unknown };
  readonly extra?: { readonly request?: unknown };
}

/** Apollo keeps the context of graphql-ws in `req` if the application shapes none. */
export function requestOfContext(context: UsualContext | undefined): unknown {
  const { req, request, reply, extra } = context ?? {};
  const ofConnection = (req as UsualContext | undefined)?.extra?.request;
  return [req, request, reply?.request, extra?.request, ofConnection].find(isRequest);
}

export function responseOfContext(context: UsualContext | undefined): unknown {
  // Express makes the response a property of its request.
  return context?.res ?? context?.reply ?? (context?.req as { res?: unknown } | undefined)?.res;
}

/** A request has methods: an object that a client sent, such as connection parameters, has none. */
function isRequest(value: unknown): boolean {
  const wrapped = value as { raw?: unknown } | null | undefined;
  const request = (wrapped?.raw ?? wrapped) as { method?: unknown; on?: unknown } | null | undefined;
  return typeof request?.method === 'string' && typeof request.on === 'function';
}
