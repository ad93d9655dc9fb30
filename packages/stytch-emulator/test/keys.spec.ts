import { X509Certificate } from 'node:crypto';
import { startStytchEmulator } from 'stytch-emulator';
import { createLocalJWKSet, decodeProtectedHeader, importX509, jwtVerify, type JSONWebKeySet } from 'jose';
import { call, emulatorUnderTest, refusal } from './emulator.js';

describe('the signing keys', () => {
  const emulator = emulatorUnderTest();
  const jwksUrl = () => `${emulator().url}/v1/sessions/jwks/${emulator().projectId}`;
  const published = async () => (await (await fetch(jwksUrl())).json()) as JSONWebKeySet;
  const verify = async (jwt: string) =>
    jwtVerify(jwt, createLocalJWKSet(await published()), {
      algorithms: ['RS256'],
      typ: 'JWT',
      issuer: `stytch.com/${emulator().projectId}`,
      audience: emulator().projectId,
      currentDate: new Date(emulator().clock.nowMs()),
    });

  it('are published without authentication and cacheable for 15 minutes', async () => {
    const response = await fetch(jwksUrl());

    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=900');
    expect(await response.json()).toEqual({
      keys: [
        {
          alg: 'RS256',
          e: 'AQAB',
          key_ops: ['verify'],
          kid: expect.stringMatching(/^jwk-test-[0-9a-f-]{36}$/),
          kty: 'RSA',
          n: expect.stringMatching(/^[\w-]{342}$/),
          use: 'sig',
          x5c: [expect.any(String)],
          x5tS256: expect.stringMatching(/^[\w-]{43}$/),
        },
      ],
      request_id: expect.any(String),
      status_code: 200,
    });
  });

  it('verify the session JWTs with jose', async () => {
    const { session_jwt, user_id } = await emulator().sessions.create({ email: 'ada@example.com' });
    const { payload, protectedHeader } = await verify(session_jwt);
    expect(payload.sub).toBe(user_id);
    expect(protectedHeader).toEqual({ alg: 'RS256', kid: (await published()).keys[0]?.kid, typ: 'JWT' });
  });

  it('have a valid self-signed certificate of the same key', async () => {
    const [key] = (await published()).keys;
    const der = (key as { x5c: string[] }).x5c[0]!;
    const certificate = new X509Certificate(Buffer.from(der, 'base64'));

    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.export({ format: 'jwk' })).toEqual({ kty: 'RSA', n: key?.n, e: key?.e });
    expect(certificate.subject).toBe('CN=Stytch emulator');
    expect(Date.parse(certificate.validFrom)).toBeLessThanOrEqual(Date.now());

    const { session_jwt } = await emulator().sessions.create({ email: 'ada@example.com' });
    await expect(
      jwtVerify(session_jwt, await importX509(certificate.toString(), 'RS256')),
    ).resolves.toBeDefined();
  });

  it('rotate to a new key while the old key stays published', async () => {
    const before = await emulator().sessions.create({ email: 'ada@example.com' });
    const { kid } = await emulator().keys.rotate();
    const after = await emulator().sessions.create({ email: 'ada@example.com' });

    expect((await verify(after.session_jwt)).protectedHeader.kid).toBe(kid);
    expect((await verify(before.session_jwt)).protectedHeader.kid).not.toBe(kid);
    expect((await published()).keys.map((key) => key.kid)).toHaveLength(2);
  });

  it('can be withdrawn, which refuses their JWTs but not the sessions', async () => {
    const { session_jwt, session_token } = await emulator().sessions.create({ email: 'ada@example.com' });
    const { kid } = await emulator().keys.rotate({ withdrawOld: true });

    expect((await published()).keys.map((key) => key.kid)).toEqual([kid]);
    await expect(verify(session_jwt)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    expect(await call(emulator(), 'POST /v1/sessions/authenticate', { session_jwt })).toEqual(
      refusal(400, 'unable_to_parse_session_jwt'),
    );
    expect((await call(emulator(), 'POST /v1/sessions/authenticate', { session_token })).status).toBe(200);
  });

  it('have an id as soon as there is one', async () => {
    const started = await startStytchEmulator();
    const { kid } = await started.keys.current();
    const { sessionJwt } = (await (
      await fetch(`${started.url}/__emulator/v1/sessions`, {
        method: 'POST',
        body: '{"email":"ada@example.com"}',
      })
    ).json()) as { sessionJwt: string };
    expect(decodeProtectedHeader(sessionJwt).kid).toBe(kid);
    await started.close();
  });

  it('are specific to the project', async () => {
    expect(await call(emulator(), 'GET /v1/sessions/jwks/project-test-another')).toEqual(
      refusal(404, 'project_not_found'),
    );

    const other = await startStytchEmulator();
    const { session_jwt } = await other.sessions.create({ email: 'ada@example.com' });
    await other.close();
    await expect(verify(session_jwt)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });
});
