import { z } from 'zod';

/** The playground's configuration, from the environment. */
export const configSchema = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  /** 0: a free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  ALLOY_HOME: z.string().min(1).default('.alloy'),
  /** Folder of its state; default `<ALLOY_HOME>/playground`. */
  PLAYGROUND_HOME: z.string().min(1).optional(),
  /** Where its kubeconfig goes; default `<PLAYGROUND_HOME>/kubeconfig`. */
  PLAYGROUND_KUBECONFIG: z.string().min(1).optional(),
  SEED: z.coerce.number().int().min(0).default(1),
});
