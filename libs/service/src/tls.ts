import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The environment variables of a service with TLS: PEM files, both or neither. */
export const tlsConfig = {
  TLS_CERT_FILE: z.string().min(1).optional(),
  TLS_KEY_FILE: z.string().min(1).optional(),
};

interface TlsFiles {
  readonly TLS_CERT_FILE?: string | undefined;
  readonly TLS_KEY_FILE?: string | undefined;
}

/** For a schema's `.refine(hasWholeTls, tlsIsHalf)`. */
export const hasWholeTls = (config: TlsFiles): boolean => (config.TLS_CERT_FILE === undefined) === (config.TLS_KEY_FILE === undefined);
export const tlsIsHalf = { path: ['TLS_KEY_FILE'], message: 'TLS_CERT_FILE and TLS_KEY_FILE go together' };

export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A file of the certificate or of its key is not readable. */
export class BadTlsFile extends Error {
  readonly code = 'bad_tls_file';
  constructor(variable: string, why: string) {
    super(`${variable}: cannot be read (${why})`);
    this.name = 'BadTlsFile';
  }
}

/** Undefined: plain HTTP. Throws `BadTlsFile`. */
export function tlsOf({ TLS_CERT_FILE, TLS_KEY_FILE }: TlsFiles): Tls | undefined {
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined) return undefined;
  return { cert: read('TLS_CERT_FILE', TLS_CERT_FILE), key: read('TLS_KEY_FILE', TLS_KEY_FILE) };
}

function read(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new BadTlsFile(variable, (error as NodeJS.ErrnoException).code ?? 'unknown');
  }
}
