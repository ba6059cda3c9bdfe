import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSigner, createVerifier } from 'fast-jwt';
import { unauthenticated } from '@jishi/errors';
import { z } from 'zod';
import type { Actor } from './actor';
import { isRole, type Role } from './roles';

const grant = z.strictObject({
  role: z.string().refine((role): role is Role => isRole(role)),
  organizationId: z.uuid().optional(),
  area: z
    .string()
    .regex(/^\d{4}(\d{2}(\d{3}){0,2})?$/)
    .optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
});
const claims = z.object({ sub: z.string(), account: z.string(), grants: z.array(grant) });

/** `user`: from the identity provider to the gateway. `subgraph`: from the gateway to a subgraph, for one request. */
export type Audience = 'user' | 'subgraph';

/** Signs tokens for one audience; ES256. The life is in seconds. */
export function tokenSigner(privateKey: string, audience: Audience, lifeSeconds: number): (actor: Actor) => string {
  const sign = createSigner({
    key: privateKey,
    algorithm: 'ES256',
    aud: audience,
    iss: 'jishi',
    expiresIn: lifeSeconds * 1000,
  });
  return ({ id, account, grants }) => sign({ sub: id, account, grants });
}

/** Verifies tokens of one audience and gives the actor. Anything else, a system actor included, is UNAUTHENTICATED. */
export function tokenVerifier(publicKey: string, audience: Audience): (token: string | undefined) => Actor {
  const verify = createVerifier({
    key: publicKey,
    algorithms: ['ES256'],
    allowedAud: audience,
    allowedIss: 'jishi',
    clockTolerance: 30_000,
    cache: true,
  });
  return (token) => {
    if (!token) throw unauthenticated();
    let payload: unknown;
    try {
      payload = verify(token);
    } catch {
      throw unauthenticated();
    }
    const read = claims.safeParse(payload);
    if (!read.success) throw unauthenticated();
    return { id: read.data.sub, account: read.data.account, grants: read.data.grants };
  };
}

/** The token of an `Authorization: Bearer …` header. */
export const bearerOf = (header: string | undefined): string | undefined => /^Bearer\s+(\S+)$/i.exec(header ?? '')?.[1];

export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** The key pair of a development installation, made once and kept readable for its owner only. */
export function developmentKeys(folder: string, name: Audience): KeyPair {
  const path = join(folder, `${name}.pem`);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    makeKey(path);
  }
  const privateKey = readFileSync(path, 'utf8');
  const keys = { privateKey, publicKey: publicOf(privateKey) };
  const published = join(folder, `${name}.public.pem`);
  if (!existsSync(published)) writeFileSync(published, keys.publicKey);
  return keys;
}

/** Appears whole or not at all, also on a full disk; of two processes that start at once, the second takes the first one's key. */
function makeKey(path: string): void {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const beside = `${path}.${process.pid}`;
  try {
    writeFileSync(beside, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    linkSync(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}

function publicOf(privateKey: string): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
}
