import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Secret, secret } from './secret';

const KEY_BYTES = 32;

/**
 * The environment variables of the services that open bundles, ingest and the executor, in addition to `baseConfig`.
 */
export const masterKeyConfig = {
  /** 32 bytes in base64, or the file with them. */
  ALLOY_MASTER_KEY: secret().optional(),
  ALLOY_MASTER_KEY_FILE: z.string().min(1).optional(),
  /** Folder of the data keys. */
  ALLOY_KEYSTORE: z.string().min(1),
};

/**
 * The environment variables of the services that open the projects' secrets, ingest and the notifier: a separate key,
 * which opens no bundle.
 */
export const secretsKeyConfig = {
  /** 32 bytes in base64, or the file with them. */
  ALLOY_SECRETS_KEY: secret().optional(),
  ALLOY_SECRETS_KEY_FILE: z.string().min(1).optional(),
};

interface KeySource {
  readonly ALLOY_MASTER_KEY?: Secret | undefined;
  readonly ALLOY_MASTER_KEY_FILE?: string | undefined;
}

/** One of the two variables is required: for a schema's `.refine(hasMasterKey, masterKeyIsMissing)`. */
export const hasMasterKey = (config: KeySource): boolean =>
  config.ALLOY_MASTER_KEY !== undefined || config.ALLOY_MASTER_KEY_FILE !== undefined;
export const masterKeyIsMissing = { path: ['ALLOY_MASTER_KEY'], message: 'is missing, and so is ALLOY_MASTER_KEY_FILE' };

interface SecretsKeySource {
  readonly ALLOY_SECRETS_KEY?: Secret | undefined;
  readonly ALLOY_SECRETS_KEY_FILE?: string | undefined;
}

export const hasSecretsKey = (config: SecretsKeySource): boolean =>
  config.ALLOY_SECRETS_KEY !== undefined || config.ALLOY_SECRETS_KEY_FILE !== undefined;
export const secretsKeyIsMissing = { path: ['ALLOY_SECRETS_KEY'], message: 'is missing, and so is ALLOY_SECRETS_KEY_FILE' };

/** A key is not 32 bytes of base64, or its file is not readable. */
export class BadMasterKey extends Error {
  readonly code = 'bad_master_key';
  constructor(name: string, why: string) {
    super(`${name}: ${why}`);
    this.name = 'BadMasterKey';
  }
}

/** The key itself, from the variable or from the file. */
export const masterKeyOf = (config: KeySource): Buffer => keyOf('ALLOY_MASTER_KEY', config.ALLOY_MASTER_KEY, config.ALLOY_MASTER_KEY_FILE);

export const secretsKeyOf = (config: SecretsKeySource): Buffer =>
  keyOf('ALLOY_SECRETS_KEY', config.ALLOY_SECRETS_KEY, config.ALLOY_SECRETS_KEY_FILE);

function keyOf(name: string, value: Secret | undefined, file = ''): Buffer {
  const key = Buffer.from((value?.reveal() ?? read(name, file)).trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new BadMasterKey(name, `must be ${KEY_BYTES} bytes in base64`);
  return key;
}

function read(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new BadMasterKey(`${name}_FILE`, `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}
