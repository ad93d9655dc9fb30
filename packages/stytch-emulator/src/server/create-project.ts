import { type ResourceContext } from '../resources/resource.js';
import { type EmulatedProject } from './emulated-project.js';

/** Loads only the modules of the product, which are most of what a start loads. */
export async function createProject(context: ResourceContext): Promise<EmulatedProject> {
  if (context.credentials.product === 'b2b') {
    const { createB2BProject } = await import('./create-b2b-project.js');
    return createB2BProject(context);
  }
  const { createConsumerProject } = await import('./create-consumer-project.js');
  return createConsumerProject(context);
}
