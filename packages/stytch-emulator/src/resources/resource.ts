import { type Context } from 'hono';
import { type Mailbox, type StoredMessage } from '../mailbox/mailbox.js';
import { type MessageStatus } from '../mailbox/message.js';
import { type Collection } from '../project/entries.js';
import { type Project } from '../project/project.js';
import { type EmulatorEnv } from '../wire/env.js';
import { type ApiRoutes, type SdkRoutes } from '../wire/operation.js';
import { type WebhookObjects } from '../webhooks/object-changes.js';
import { type RedirectUrls } from './redirect-urls.js';

export type Page = (c: Context<EmulatorEnv>) => Response;

/** What every resource may use. */
export interface ResourceContext extends Project {
  readonly mailbox: Mailbox;
  readonly redirectUrls: RedirectUrls;
}

/**
 * A resource of the API: its operations and its state. The server, the stored state, reset and the seed
 * work on the list of resources (`resources.ts`).
 */
export interface Resource {
  /** Unique; the name of its entries in the stored state and in the seed. */
  readonly name: string;
  readonly routes: ApiRoutes;
  /** Its operations for browser SDKs, which have the project's public token instead of its secret. */
  readonly sdkRoutes?: SdkRoutes;
  /**
   * Pages for browsers by method and path, for example `GET /v1/magic_links/redirect`, served without authentication.
   * Pages of other sites may link to those with GET.
   */
  readonly pages?: Readonly<Record<`GET ${string}` | `POST ${string}`, Page>>;
  /** What is stored of it, if it has a state. */
  readonly entries?: Collection;
  /** What webhooks report about its entries, which have the ids of the objects. */
  readonly webhookObjects?: WebhookObjects;
  /** Deletes what has expired. Called before requests, once per second. */
  tidy?(): void;
  readonly seed?: ResourceSeed;
  /** The state of the link or code in a message; undefined if this resource did not send it. */
  messageStatus?(message: StoredMessage): MessageStatus | undefined;
}

/** The part of the seed that a resource reads. */
export interface ResourceSeed {
  /** What is wrong with the part, for example `[0].email must be an email address`. */
  problemsOf(part: unknown): string[];
  /** Creates what does not exist yet; the part may be undefined. Returns the problems of entries that conflict. */
  load(part: unknown): string[];
}
