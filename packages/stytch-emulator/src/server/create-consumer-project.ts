import { addConsumerRoutes } from '../control/consumer/consumer-control.routes.js';
import { createConsumerControls } from '../control/consumer/create-consumer-controls.js';
import { controlApp } from '../control/control.routes.js';
import { createConsumer } from '../resources/consumer/create-consumer.js';
import { type ResourceContext } from '../resources/resource.js';
import { type EmulatedProject } from './emulated-project.js';

export function createConsumerProject(context: ResourceContext): EmulatedProject {
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
