import { addB2BRoutes } from '../control/b2b/b2b-control.routes.js';
import { createB2BControls } from '../control/b2b/create-b2b-controls.js';
import { controlApp } from '../control/control.routes.js';
import { createB2B } from '../resources/b2b/create-b2b.js';
import { type ResourceContext } from '../resources/resource.js';
import { type EmulatedProject } from './emulated-project.js';

export function createB2BProject(context: ResourceContext): EmulatedProject {
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
