import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Secret, secret } from './secret';

const KEY_BYTES = 32;

/** What the services that open secrets read from their environment besides `baseConfig`. */
export const masterKeySource = {
  /** 32 bytes in base64; or the file that holds them. */
  ALLOY_MASTER_KEY: secret().optional(),
  ALLOY_MASTER_KEY_FILE: z.string().min(1).optional(),
};

/** What those that open bundles read. */
export const masterKeyConfig = {
  ...masterKeySource,
  /** Folder of the data keys. */
  ALLOY_KEYSTORE: z.string().min(1),
};

interface KeySource {
  readonly ALLOY_MASTER_KEY?: Secret | undefined;
  readonly ALLOY_MASTER_KEY_FILE?: string | undefined;
}

/** One of the two must be there: for a schema's `.refine(hasMasterKey, masterKeyIsMissing)`. */
export const hasMasterKey = (config: KeySource): boolean => config.ALLOY_MASTER_KEY !== undefined || config.ALLOY_MASTER_KEY_FILE !== undefined;
export const masterKeyIsMissing = { path: ['ALLOY_MASTER_KEY'], message: 'is missing, and so is ALLOY_MASTER_KEY_FILE' };

/** The master key is not 32 bytes of base64, or its file can't be read. */
export class BadMasterKey extends Error {
  readonly code = 'bad_master_key';
  constructor(why: string) {
    super(`master key: ${why}`);
    this.name = 'BadMasterKey';
  }
}

/** The key itself, from the variable or from the file. */
export function masterKeyOf({ ALLOY_MASTER_KEY, ALLOY_MASTER_KEY_FILE }: KeySource): Buffer {
  const text = ALLOY_MASTER_KEY?.reveal() ?? read(ALLOY_MASTER_KEY_FILE ?? '');
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new BadMasterKey(`must be ${KEY_BYTES} bytes in base64`);
  return key;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new BadMasterKey(`${path} can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}
