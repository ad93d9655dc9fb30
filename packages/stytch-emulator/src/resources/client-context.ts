import { ConnectedApps } from './connected-apps/connected-apps.js';
import { M2MClients } from './m2m/m2m-clients.js';
import { ProjectJwts } from './project-jwts.js';
import { type ResourceContext } from './resource.js';

/** What the resources of M2M clients and connected apps use, in projects of both products. */
export interface ClientContext extends ResourceContext {
  readonly jwts: ProjectJwts;
  readonly m2mClients: M2MClients;
  readonly connectedApps: ConnectedApps;
}

export function createClientContext(context: ResourceContext): ClientContext {
  return {
    ...context,
    jwts: new ProjectJwts(context),
    m2mClients: new M2MClients(context.identifiers),
    connectedApps: new ConnectedApps(context.identifiers, context.clock),
  };
}
