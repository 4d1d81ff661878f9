import { TerminalError } from '@alloy/runtime';
import { credsAuthenticator, nkeyAuthenticator, type ConnectionOptions } from '@nats-io/transport-node';
import { readFileSync } from 'node:fs';

/** Address and credentials of a NATS server. */
export interface NatsAccess {
  /**
   * `nats://host:4222` or `tls://…`, several separated by commas; `user:password@` or `token@` before the first host
   * applies to all.
   */
  readonly url: string;
  /** Path of a `.creds` file: a JWT and its seed. */
  readonly credsFile?: string | undefined;
  /** Path of a file with an nkey seed. */
  readonly nkeyFile?: string | undefined;
  /** Path of a PEM file with the CA of the server's certificate; default: the system's CAs. */
  readonly caFile?: string | undefined;
  /** Prefix of reply subjects; default `_INBOX`. */
  readonly inboxPrefix?: string | undefined;
}

/** A file with NATS credentials cannot be read. */
export class BadNatsFile extends TerminalError {
  constructor(variable: string, path: string, why: string) {
    super('bad_nats_file', `${variable} names ${path}, which can't be read (${why})`);
    this.name = 'BadNatsFile';
  }
}

/** The client's options for this access. Throws `BadNatsFile`, or a TypeError for an invalid URL. */
export function connectionOptionsOf({ url, credsFile, nkeyFile, caFile, inboxPrefix }: NatsAccess): ConnectionOptions {
  const urls = url.split(',').map((one) => one.trim()).filter(Boolean).map((one) => new URL(one.includes('://') ? one : `nats://${one}`));
  const authenticator = [
    ...(credsFile === undefined ? [] : [credsAuthenticator(readBytes('NATS_CREDS', credsFile))]),
    ...(nkeyFile === undefined ? [] : [nkeyAuthenticator(seedIn(readBytes('NATS_NKEY', nkeyFile)))]),
  ];
  return {
    servers: urls.map(({ protocol, host }) => `${protocol}//${host}`),
    ...loginOf(urls[0]),
    ...(authenticator.length > 0 ? { authenticator } : {}),
    ...(caFile === undefined ? {} : { tls: { ca: readBytes('NATS_CA', caFile).toString() } }),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
  };
}

/** The hosts of a NATS URL, without credentials. */
export function hostsOf(url: string): string {
  return url.split(',').map((one) => one.trim().replace(/^[a-z]+:\/\//i, '').replace(/^[^@]*@/, '').replace(/[/?#].*$/, '')).join(', ');
}

function loginOf(url: URL | undefined): Pick<ConnectionOptions, 'user' | 'pass' | 'token'> {
  if (!url?.username) return {};
  const user = decodeURIComponent(url.username);
  return url.password === '' ? { token: user } : { user, pass: decodeURIComponent(url.password) };
}

function readBytes(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new BadNatsFile(variable, path, (error as NodeJS.ErrnoException).code ?? 'unknown');
  }
}

/** The seed is the line that begins with S; files written by tools have comments around it. */
function seedIn(content: Buffer): Uint8Array {
  const line = content.toString().split('\n').map((one) => one.trim()).find((one) => /^S[A-Z2-7]{50,}$/.test(one));
  return Buffer.from(line ?? content.toString().trim());
}
