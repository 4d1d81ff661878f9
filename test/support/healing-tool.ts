import type { KubeObject } from '@alloy/contracts';
import type { Story } from './story';

export const HEALING_TOOL = 'argocd-controller';
const HEALS_EVERY_MS = 2_000;

/** A GitOps tool that restores its manifest every two seconds, until the returned function is called. */
export function heal({ cluster }: Story, manifest: KubeObject): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  let applying = Promise.resolve();
  const apply = (): void => {
    applying = cluster.apply(manifest, { manager: HEALING_TOOL, force: true }).then(() => {
      if (!isOver) timer = setTimeout(apply, HEALS_EVERY_MS);
    });
  };
  apply();
  return async () => {
    isOver = true;
    clearTimeout(timer);
    await applying;
  };
}
