import type { Ledger } from '@alloy/ledger';
import { ResyncLoop } from '@alloy/service';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { DeploymentFollower } from './deployment-follower';
import { DeploymentMetrics } from './deployment-metrics';

/** The release metrics, updated from the log until stopped. */
export class DeploymentReport {
  private readonly follower: DeploymentFollower;
  private readonly resync: ResyncLoop;

  constructor({ pool, leases }: Ledger, registry: Registry, logger: Logger, seconds: number) {
    const metrics = new DeploymentMetrics(registry);
    this.follower = new DeploymentFollower({
      pool,
      leases,
      holder: `notifier-${randomUUID()}`,
      onFact: (fact) => metrics.add(fact),
      onShown: (shown) => metrics.show(shown),
      now: () => performance.now(),
    });
    this.resync = new ResyncLoop(() => this.follower.run(), { name: 'deployment metrics', seconds: Math.min(seconds, 5), logger });
  }

  start(): void {
    this.resync.start();
  }

  async stop(): Promise<void> {
    await this.resync.stop();
    await this.follower.release();
  }
}
