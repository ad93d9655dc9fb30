import { type Hono } from 'hono';
import { refuse } from '../../wire/api-error.js';
import { type EmulatorEnv } from '../../wire/env.js';
import { type Fields } from '../../wire/fields.js';
import { tokenToJson } from '../control.routes.js';
import { present, readFields, readObject } from '../read-json.js';
import {
  type B2BEmulatorControls,
  type MemberIdentification,
  type MemberImpersonationOptions,
  type NewMemberOptions,
  type NewMemberSessionOptions,
  type NewOrganizationOptions,
  type OrganizationChanges,
} from './b2b-controls.js';

/** Adds the routes of the control API that only a B2B project has. */
export function addB2BRoutes(
  app: Hono<EmulatorEnv>,
  { organizations, members, connectedApps, sessions }: B2BEmulatorControls,
): void {
  app.get('/organizations', (c) => c.json({ organizations: organizations.list() }));
  app.post('/organizations', async (c) =>
    c.json(await organizations.create(readNewOrganization(c.get('body'))), 201),
  );
  app.put('/organizations/:organization', async (c) =>
    c.json(await organizations.update(c.req.param('organization'), readChanges(readFields(c.get('body'))))),
  );

  app.get('/members', (c) =>
    c.json({ members: members.list(present({ organization: c.req.query('organization') })) }),
  );
  app.post('/members', async (c) => c.json(await members.create(readNewMember(c.get('body'))), 201));
  app.post('/members/unlock', async (c) => {
    await members.unlock(readIdentification(readFields(c.get('body'))));
    return c.body(null, 204);
  });
  app.post('/members/impersonate', async (c) => {
    const created = await members.impersonate(readImpersonation(readFields(c.get('body'))));
    const { member_id, organization_id, token, link } = created;
    return c.json({ memberId: member_id, organizationId: organization_id, token, link }, 201);
  });

  app.post('/connected-apps/tokens', async (c) => {
    const fields = readFields(c.get('body'));
    const token = await connectedApps.issueToken({
      ...readIdentification(fields),
      scopes: fields.strings('scopes') ?? refuse(400, 'bad_request', 'scopes is required.'),
      ...present({ clientId: fields.string('clientId'), customClaims: fields.object('customClaims') }),
    });
    return c.json({ memberId: token.member_id, ...tokenToJson(token) }, 201);
  });

  app.get('/sessions', (c) => c.json({ sessions: sessions.list() }));
  app.post('/sessions', async (c) => {
    const created = await sessions.create(readNewSession(readFields(c.get('body'))));
    return c.json(
      {
        memberId: created.member_id,
        organizationId: created.organization_id,
        sessionId: created.member_session_id,
        sessionToken: created.session_token,
        sessionJwt: created.session_jwt,
        session: created.member_session,
        member: created.member,
        organization: created.organization,
      },
      201,
    );
  });
}

/** Checked like an entry of the seed. */
function readNewOrganization(text: string): NewOrganizationOptions {
  return readObject(text) as object as NewOrganizationOptions;
}

/** Checked like an entry of the seed, apart from the organization. */
function readNewMember(text: string): NewMemberOptions {
  return {
    ...(readObject(text) as object as NewMemberOptions),
    organization: readOrganization(readFields(text)),
  };
}

function readOrganization(fields: Fields): string {
  return fields.string('organization') ?? refuse(400, 'bad_request', 'organization is required.');
}

function readChanges(fields: Fields): OrganizationChanges {
  return present({
    name: fields.string('name'),
    slug: fields.string('slug'),
    settings: fields.object('settings'),
    suspended: fields.boolean('suspended'),
  });
}

function readIdentification(fields: Fields): MemberIdentification {
  return {
    organization: readOrganization(fields),
    ...present({ email: fields.string('email'), memberId: fields.string('memberId') }),
  };
}

function readImpersonation(fields: Fields): MemberImpersonationOptions {
  return {
    ...readIdentification(fields),
    ...present({
      impersonatorEmail: fields.string('impersonatorEmail'),
      impersonatorId: fields.string('impersonatorId'),
      redirectUrl: fields.string('redirectUrl'),
    }),
  };
}

function readNewSession(fields: Fields): NewMemberSessionOptions {
  return {
    ...readIdentification(fields),
    ...present({
      durationMinutes: fields.integer('durationMinutes'),
      customClaims: fields.object('customClaims'),
      roles: fields.strings('roles'),
    }),
  };
}
