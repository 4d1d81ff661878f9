import { isClusterError } from '@alloy/cluster';
import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import type { KubernetesEventPublisherDeps as StorytellerDeps } from './kubernetes-event-publisher';

/** Counts what is told, and says once for each kind of trouble why something is not. */
export function storyReport(logger: Pick<Logger, 'warn'>, registry: Registry): StorytellerDeps['onPublished'] {
  const told = new Counter({ name: 'alloy_kubernetes_events_total', help: 'Kubernetes Events about releases, by what became of them', labelNames: ['outcome'], registers: [registry] });
  const said = new Set<string>();
  return (outcome, err) => {
    told.inc({ outcome });
    const kind = isClusterError(err) ? err.code : String(err);
    if (outcome !== 'dropped' || said.has(kind)) return;
    said.add(kind);
    logger.warn({ err }, 'Kubernetes Events are left out; releases go on without them, and this is not said again');
  };
}
