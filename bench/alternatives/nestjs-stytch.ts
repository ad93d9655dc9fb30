import { Protected, StytchModule } from 'nestjs-stytch';
import type { Alternative, StytchProject } from './alternative.js';

export const ours = (project: StytchProject): Alternative => ({
  imports: [StytchModule.forRoot({ ...project, appUrl: 'http://localhost:3000' })],
  controllerDecorator: Protected(),
});
