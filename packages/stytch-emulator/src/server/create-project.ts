import { type Hono } from 'hono';
import { addB2BRoutes } from '../control/b2b/b2b-control.routes.js';
import { createB2BControls } from '../control/b2b/create-b2b-controls.js';
import { addConsumerRoutes } from '../control/consumer/consumer-control.routes.js';
import { createConsumerControls } from '../control/consumer/create-consumer-controls.js';
import { controlApp } from '../control/control.routes.js';
import { type ProjectControls } from '../control/controls.js';
import { type ControlParts } from '../control/create-project-controls.js';
import { createB2B } from '../resources/b2b/create-b2b.js';
import { createConsumer } from '../resources/consumer/create-consumer.js';
import { type Resource, type ResourceContext } from '../resources/resource.js';
import { type EmulatorEnv } from '../wire/env.js';

/** The resources of a project, and what tests can do with it. Both depend on the product. */
export interface EmulatedProject {
  resources: Resource[];
  createControls: (parts: ControlParts) => { controls: ProjectControls; controlApp: Hono<EmulatorEnv> };
}

export function createProject(context: ResourceContext): EmulatedProject {
  return context.credentials.product === 'b2b' ? createB2BProject(context) : createConsumerProject(context);
}

function createConsumerProject(context: ResourceContext): EmulatedProject {
  const { resources, consumer } = createConsumer(context);
  return {
    resources,
    createControls: (parts) => {
      const controls = createConsumerControls(consumer, parts);
      return {
        controls,
        controlApp: controlApp(controls, (app) => {
          addConsumerRoutes(app, controls);
        }),
      };
    },
  };
}

function createB2BProject(context: ResourceContext): EmulatedProject {
  const { resources, b2b } = createB2B(context);
  return {
    resources,
    createControls: (parts) => {
      const controls = createB2BControls(b2b, parts);
      return {
        controls,
        controlApp: controlApp(controls, (app) => {
          addB2BRoutes(app, controls);
        }),
      };
    },
  };
}
