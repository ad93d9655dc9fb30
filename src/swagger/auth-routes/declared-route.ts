import { RequestMethod } from '@nestjs/common';
import { nestMetadata } from '../../lib/internal.js';

/** What the decorator of a handler declares, such as `POST login/:method/start`. */
export function declaredRoute(method: object): string {
  const verb = Reflect.getMetadata(nestMetadata.requestMethod, method) as RequestMethod;
  return `${RequestMethod[verb]} ${String(Reflect.getMetadata(nestMetadata.routePath, method))}`;
}
