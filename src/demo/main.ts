import { DemoModule } from './demo.module.js';
import { startDemo } from './start-demo.js';

await startDemo(DemoModule, {
  callbackPath: '/authenticate',
  redirectUrlTypes: 'login and sign-up',
  hint: 'sign in with any email address',
});
