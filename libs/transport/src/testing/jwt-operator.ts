import { randomUUID } from 'node:crypto';
import { nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;

/**
 * A NATS operator with one account, as `nsc` creates them: configuration for a server, and `.creds` files for users.
 */
export interface JwtOperator {
  /** Lines for the nats-server configuration. */
  readonly config: string;
  /** Content of the `.creds` file of a new user; `expires`: seconds since 1970. */
  creds(expires?: number): string;
}

const unlimited = { subs: -1, data: -1, payload: -1 };

export function jwtOperator(): JwtOperator {
  const [operator, account] = [nkeys.createOperator(), nkeys.createAccount()];
  // JetStream needs a separate system account.
  const system = nkeys.createAccount();
  const preloaded = [account, system].map(
    (one) =>
      `${one.getPublicKey()}: ${sign(one, operator, { type: 'account', limits: { ...unlimited, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 } })}`,
  );
  return {
    config: `operator: ${sign(operator, operator, { type: 'operator' })}\nsystem_account: ${system.getPublicKey()}\nresolver: MEMORY\nresolver_preload: {\n${preloaded.join('\n')}\n}\n`,
    creds(expires) {
      const user = nkeys.createUser();
      const jwt = sign(user, account, { type: 'user', ...unlimited, pub: {}, sub: {} }, expires);
      const seed = Buffer.from(user.getSeed()).toString();
      return `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
    },
  };
}

/** A NATS JWT, version 2, signed by the issuer's nkey (Ed25519). */
function sign(subject: KeyPair, issuer: KeyPair, claims: object, exp?: number): string {
  const payload = {
    jti: randomUUID(),
    iat: 0,
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name: 'test',
    ...(exp === undefined ? {} : { exp }),
    nats: { ...claims, version: 2 },
  };
  const text = [{ typ: 'JWT', alg: 'ed25519-nkey' }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString('base64url')}`;
}
