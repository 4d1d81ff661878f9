import type { Condition, Job, Pod } from '../kinds';
import { timestamp } from '../store';
import { createPod } from './new-pod';
import { OwnedPodsController } from './owned-pods-controller';
import { isActive } from './pod-state';

/** Runs the pods of Jobs, one at a time, until enough have succeeded or too many have failed. */
export class JobController extends OwnedPodsController<Job> {
  protected readonly resource = 'jobs.batch';
  protected readonly kind = 'Job';

  protected sync(job: Job, owned: readonly Pod[]): void {
    const { store, clock } = this.context;
    if ((job.status?.conditions ?? []).length > 0 || job.spec.suspend === true) return;
    const count = (phase: string): number => owned.filter(({ status }) => status?.phase === phase).length;
    const [succeeded, failed] = [count('Succeeded'), count('Failed')];
    const type = succeeded >= (job.spec.completions ?? 1) ? 'Complete' : failed > (job.spec.backoffLimit ?? 6) ? 'Failed' : undefined;
    const now = timestamp(clock());
    const condition: Condition | undefined = type && { type, status: 'True', lastTransitionTime: now };
    if (!condition && !owned.some(isActive))
      createPod(store, job, { generateName: `${job.metadata.name}-` }, { 'batch.kubernetes.io/job-name': job.metadata.name });
    this.writeStatus(job, {
      active: this.podsOf(job).filter(isActive).length,
      succeeded,
      failed,
      startTime: (job.status?.['startTime'] as string | undefined) ?? now,
      ...(condition && { conditions: [condition], ...(type === 'Complete' && { completionTime: now }) }),
    });
  }
}
