import { type ProjectClock } from '../clock.js';
import { type Identifiers } from '../identifiers.js';
import { type ChangeSource } from '../project/changes.js';
import { type Credentials } from '../project/credentials.js';
import { type CollectionChange, Entries } from '../project/entries.js';
import { toWireJson } from '../wire/json.js';
import { checkSecret, checkUrl } from './check-endpoint.js';
import { Deliveries, type NewDelivery } from './deliveries.js';
import { type ObjectChange, ObjectChanges, type StoredObjects } from './object-changes.js';
import { type WebhookEndpoint, type WebhookOptions, type WebhookPayload } from './webhook.js';

/** The endpoint as it is stored. Without a URL, webhooks are off, and the secret is that of a later URL. */
interface StoredEndpoint {
  readonly id: typeof endpointId;
  readonly url: string | null;
  readonly secret: string;
}

const endpointId = 'endpoint';

export interface WebhooksContext {
  readonly credentials: Credentials;
  readonly clock: ProjectClock;
  readonly identifiers: Identifiers;
}

/** Reports changes of users, members and organizations to one endpoint, as Stytch does through Svix. */
export class Webhooks {
  /** One. Its secret stays the same across restarts, because applications are configured with it. */
  readonly entries = new Entries<StoredEndpoint>(({ id }) => id);
  readonly deliveries: Deliveries;
  private readonly changes: ObjectChanges;

  constructor(
    private readonly project: WebhooksContext,
    objects: readonly StoredObjects[],
  ) {
    this.changes = new ObjectChanges(objects);
    this.deliveries = new Deliveries(project.clock, () => this.endpoint);
  }

  get endpoint(): WebhookEndpoint | undefined {
    const { url = null } = this.entries.get(endpointId) ?? {};
    return url === null ? undefined : { url, secret: this.secret };
  }

  /** Of the endpoint, or of the next one. */
  get secret(): string {
    return this.entries.get(endpointId)?.secret ?? '';
  }

  /**
   * To be called before anything else, when the stored state was restored.
   *
   * @throws {EmulatorError} `emulator_options_invalid`
   */
  start(options: WebhookOptions | undefined): void {
    if (this.secret === '') this.setEndpoint(null, this.project.identifiers.webhookSecret());
    if (options) this.deliverTo(options);
    this.reset();
  }

  /**
   * What changes from now on is reported to this endpoint, and so is what is pending.
   *
   * @throws {EmulatorError} `emulator_options_invalid`
   */
  deliverTo({ url, secret }: WebhookOptions): WebhookEndpoint {
    const endpoint = { url: checkUrl(url), secret: secret === undefined ? this.secret : checkSecret(secret) };
    if (this.endpoint === undefined) this.changes.takeSnapshot();
    this.setEndpoint(endpoint.url, endpoint.secret);
    return endpoint;
  }

  stop(): void {
    this.setEndpoint(null, this.secret);
    this.deliveries.dropPending('Webhooks were switched off.');
  }

  /** Forgets all deliveries. What exists now counts as unchanged. */
  reset(): void {
    this.deliveries.clear();
    if (this.endpoint !== undefined) this.changes.takeSnapshot();
  }

  /** Reports what these changes mean for objects. Never fails or waits because of the endpoint. */
  publish(changes: readonly CollectionChange[], source: ChangeSource): void {
    if (this.endpoint === undefined) return;
    for (const change of this.changes.of(changes)) this.deliveries.add(this.toDelivery(change, source));
  }

  private setEndpoint(url: string | null, secret: string): void {
    this.entries.set({ id: endpointId, url, secret });
  }

  private toDelivery({ objectType, id, action, object }: ObjectChange, source: ChangeSource): NewDelivery {
    const { credentials, clock, identifiers } = this.project;
    const payload: WebhookPayload = {
      action,
      event_id: identifiers.id('webhook-event'),
      id,
      object_type: objectType,
      project_id: credentials.projectId,
      source: source === 'direct' ? 'DIRECT' : 'DASHBOARD',
      timestamp: new Date(clock.nowMs()).toISOString().replace('Z', '000Z'),
      vertical: credentials.product === 'b2b' ? 'B2B' : 'CONSUMER',
      ...(object && { [objectType]: object }),
    };
    return {
      id: identifiers.webhookMessageId(),
      eventType: `${source}.${objectType}.${action.toLowerCase()}`,
      payload,
      body: toWireJson(payload).trimEnd(),
    };
  }
}
