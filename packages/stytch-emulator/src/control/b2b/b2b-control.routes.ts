import { type Hono } from 'hono';
import { type EmulatorEnv } from '../../wire/env.js';
import { type B2BEmulatorControls } from './b2b-controls.js';

/** Adds the routes of the control API that only a B2B project has. */
export function addB2BRoutes(
  app: Hono<EmulatorEnv>,
  { organizations, members, sessions }: B2BEmulatorControls,
): void {
  app.get('/organizations', (c) => c.json({ organizations: organizations.list() }));
  app.get('/members', (c) => c.json({ members: members.list() }));
  app.get('/sessions', (c) => c.json({ sessions: sessions.list() }));
}
