import { ProblemError } from '@alloy/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Counter, Gauge, Registry } from 'prom-client';
import { Admission, Overloaded } from './admission';

/** Methods of changes: each needs the disk of the log and CPU time, while the pool limits reads. */
const CHANGES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Before any part of a request is read: a change waits for admission, or gets 429 with `Retry-After` if that would take
 * longer than `maxWaitMs`.
 */
export function admitChanges(
  app: NestFastifyApplication,
  { limit, maxWaitMs }: { readonly limit: number; readonly maxWaitMs: number },
): void {
  const admission = new Admission({ limit, maxWaitMs, now: () => performance.now() });
  const registers = [app.get(Registry)];
  const refused = new Counter({
    name: 'alloy_requests_refused_total',
    help: 'Requests that got 429 because of too many concurrent requests',
    registers,
  });
  new Gauge({
    name: 'alloy_requests_waiting',
    help: 'Requests that wait for admission',
    registers,
    collect() {
      this.set(admission.waiting);
    },
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async ({ method }, { raw }) => {
      if (!CHANGES.has(method)) return;
      const leave = await admission.enter().catch((error: unknown) => {
        if (!(error instanceof Overloaded)) throw error;
        refused.inc();
        throw new ProblemError(
          { status: 429, code: 'overloaded', detail: 'Too many concurrent requests; try again later.' },
          error.retryAfterSeconds,
        );
      });
      raw.once('close', leave);
      // The client may have disconnected while it waited.
      if (raw.destroyed) leave();
    });
}
