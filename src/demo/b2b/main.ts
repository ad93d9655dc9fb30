import { startDemo } from '../start-demo.js';
import { B2BDemoModule } from './b2b-demo.module.js';

await startDemo(B2BDemoModule, {
  callbackPath: '/auth/authenticate',
  redirectUrlTypes: 'login, sign-up, invitation and discovery',
  hint: 'sign in as ada@example.com, or with any other address',
});
