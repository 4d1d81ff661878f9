import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
  readonly pem: string;
}

/** Signs tokens like a CI provider, and serves its public keys. */
export interface LocalIssuer {
  readonly url: string;
  /** How often its keys were fetched. */
  readonly fetched: () => number;
  /** With the current key; `jti`, `iat` and `exp` (in 5 minutes) are set unless given. */
  sign(claims: JWTPayload): Promise<string>;
  /** With a foreign key, under the id of a known key. */
  forge(claims: JWTPayload): Promise<string>;
  /** Without a signature. */
  unsigned(claims: JWTPayload): string;
  /** With the public key as a shared secret. */
  confused(claims: JWTPayload): Promise<string>;
  /** Replaces the current key by a new one. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

export async function openIssuer(): Promise<LocalIssuer> {
  let key = await newKey('key-1');
  let fetched = 0;
  const server = createServer((request, response) => {
    const json = (value: unknown) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.url === '/.well-known/openid-configuration') return json({ issuer: url, jwks_uri: `${url}/keys` });
    if (request.url !== '/keys') return void response.writeHead(404).end();
    fetched += 1;
    return json({ keys: [key.jwk] });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const whole = (claims: JWTPayload): JWTPayload => ({
    iss: url,
    sub: 'repo:acme/shop',
    iat: now(),
    exp: now() + 300,
    jti: crypto.randomUUID(),
    ...claims,
  });
  const sign = (claims: JWTPayload, { kid, privateKey }: Pick<Key, 'kid' | 'privateKey'>) =>
    new SignJWT(whole(claims)).setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' }).sign(privateKey);
  return {
    url,
    fetched: () => fetched,
    sign: (claims) => sign(claims, key),
    forge: async (claims) => sign(claims, { kid: key.kid, privateKey: (await newKey('other')).privateKey }),
    unsigned: (claims) => new UnsecuredJWT(whole(claims)).encode(),
    confused: (claims) =>
      new SignJWT(whole(claims)).setProtectedHeader({ alg: 'HS256', kid: key.kid }).sign(new TextEncoder().encode(key.pem)),
    async rotate() {
      key = await newKey(`key-${crypto.randomUUID()}`);
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function newKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }, pem: await exportSPKI(publicKey) };
}

/** Seconds since 1970. */
export const now = (): number => Math.floor(Date.now() / 1_000);
