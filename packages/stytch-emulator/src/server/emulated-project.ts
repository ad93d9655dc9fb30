import { type Hono } from 'hono';
import { type ProjectControls } from '../control/controls.js';
import { type ControlParts } from '../control/create-project-controls.js';
import { type Resource } from '../resources/resource.js';
import { type EmulatorEnv } from '../wire/env.js';

/** The resources of a project, and what tests can do with it. Both depend on the product. */
export interface EmulatedProject {
  resources: Resource[];
  createControls: (parts: ControlParts) => { controls: ProjectControls; controlApp: Hono<EmulatorEnv> };
}
