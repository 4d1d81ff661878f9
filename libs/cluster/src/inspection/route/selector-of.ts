import type { KubeObject } from '@alloy/contracts';

/** The selector of a Service; empty: it has none. */
export const selectorOf = (service: KubeObject): Readonly<Record<string, string>> =>
  (service['spec'] as { readonly selector?: Readonly<Record<string, string>> } | undefined)?.selector ?? {};
