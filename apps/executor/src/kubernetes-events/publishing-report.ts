import { isClusterError } from '@alloy/cluster';
import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import type { KubernetesEventPublisherDeps } from './kubernetes-event-publisher';

/** Counts the Kubernetes Events by outcome, and logs each cause of a dropped one once. */
export function publishingReport(logger: Pick<Logger, 'warn'>, registry: Registry): KubernetesEventPublisherDeps['onPublished'] {
  const published = new Counter({
    name: 'alloy_kubernetes_events_total', help: 'Kubernetes Events about releases, by outcome',
    labelNames: ['outcome'], registers: [registry],
  });
  const logged = new Set<string>();
  return (outcome, err) => {
    published.inc({ outcome });
    const kind = isClusterError(err) ? err.code : String(err);
    if (outcome !== 'dropped' || logged.has(kind)) return;
    logged.add(kind);
    logger.warn({ err }, 'dropped a Kubernetes Event; releases continue without it, and later drops with this cause are not logged');
  };
}
