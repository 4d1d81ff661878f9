import { readFileSync } from 'node:fs';
import { baseConfig, Secret, secret } from '@alloy/service';
import { z } from 'zod';

const KEY_BYTES = 32;

/** What the executor reads from its environment. */
export const executorConfig = baseConfig('executor')
  .extend({
    /** Path of the kubeconfig, or `in-cluster`; never KUBECONFIG, so that nobody releases to production by accident. */
    ALLOY_KUBECONFIG: z.string().min(1),
    /** Name of that cluster in plans. */
    ALLOY_CLUSTER: z.string().min(1).default('default'),
    /** 32 bytes in base64; or the file that holds them. */
    ALLOY_MASTER_KEY: secret().optional(),
    ALLOY_MASTER_KEY_FILE: z.string().min(1).optional(),
    /** Folder of the data keys. */
    ALLOY_KEYSTORE: z.string().min(1),
    /** Set by Kubernetes in every pod; used by `in-cluster`. */
    KUBERNETES_SERVICE_HOST: z.string().min(1).optional(),
    KUBERNETES_SERVICE_PORT: z.string().min(1).default('443'),
  })
  .refine((config) => config.ALLOY_MASTER_KEY !== undefined || config.ALLOY_MASTER_KEY_FILE !== undefined, {
    path: ['ALLOY_MASTER_KEY'],
    message: 'is missing, and so is ALLOY_MASTER_KEY_FILE',
  })
  .refine((config) => config.ALLOY_KUBECONFIG !== 'in-cluster' || config.KUBERNETES_SERVICE_HOST !== undefined, {
    path: ['ALLOY_KUBECONFIG'],
    message: 'is in-cluster, but this is not a pod',
  });
export type ExecutorConfig = z.output<typeof executorConfig>;

/** The master key is not 32 bytes of base64, or its file can't be read. */
export class BadMasterKey extends Error {
  readonly code = 'bad_master_key';
  constructor(why: string) {
    super(`master key: ${why}`);
    this.name = 'BadMasterKey';
  }
}

export function masterKeyOf({ ALLOY_MASTER_KEY, ALLOY_MASTER_KEY_FILE }: Pick<ExecutorConfig, 'ALLOY_MASTER_KEY' | 'ALLOY_MASTER_KEY_FILE'>): Buffer {
  const text = ALLOY_MASTER_KEY ?? new Secret(read(ALLOY_MASTER_KEY_FILE ?? ''));
  const key = Buffer.from(text.reveal().trim(), 'base64');
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
