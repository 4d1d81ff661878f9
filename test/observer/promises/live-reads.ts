import type { SeenRequest } from '../seen-request';
import type { Judgement, Violation } from '../violation';

/** Objects whose writes can change the number of ready pods. */
const MOVES_PODS = 'Deployment/';

/**
 * P14: before each write to an existing object, the executor has read it live since its last write, and writes with the
 * read version as its precondition; before a write that can change pods, it has read the pods, too. Reports of a watch
 * or a cache (resourceVersion=0) do not count. A fencing annotation, which changes only labels and annotations, and a
 * scale that removes no pod require only the precondition. Writes to several objects may share the reads before them if
 * they are made at the same time. `replicasAt`: replicas of a Deployment (`Deployment/name`)
 * at that resourceVersion; undefined: unknown.
 */
export function checkLiveReads(
  requests: readonly SeenRequest[],
  replicasAt: (object: string, version: number) => number | undefined = () => undefined,
): Judgement {
  const ordered = [...requests].sort((a, b) => a.begun - b.begun);
  const violations: Violation[] = [];
  let judged = 0;
  for (const write of ordered.filter(isOverwrite)) {
    judged += 1;
    const since = lastWriteBefore(ordered, write);
    const reads = ordered.filter(
      (read) => isLive(read) && read.namespace === write.namespace && read.begun > since && read.ended < write.begun,
    );
    const fault = write.marks || addsPods(write, replicasAt) ? faultOfMark(write) : faultOf(write, reads);
    if (fault)
      violations.push({
        promise: 'P14',
        at: write.gotVersion ?? write.begun,
        text: `${write.method} ${write.object}${write.subresource ? `/${write.subresource}` : ''} ${fault}`,
      });
  }
  return { violations, judged };
}

function addsPods(
  { object, sentReplicas, sentVersion }: SeenRequest,
  replicasAt: (object: string, version: number) => number | undefined,
): boolean {
  const before = sentVersion === undefined ? undefined : replicasAt(object, sentVersion);
  return sentReplicas !== undefined && before !== undefined && sentReplicas >= before;
}

/** A creation is refused if the object exists, and Kubernetes Events have no effect on pods. */
const isOverwrite = ({ method, object }: SeenRequest): boolean => method !== 'GET' && method !== 'POST' && !object.startsWith('Event/');

const isLive = ({ method, query, status }: SeenRequest): boolean =>
  method === 'GET' && status < 300 && !/(^|&)resourceVersion=/.test(query);

/** When the last write ended that began before the write and is not in the same batch; 0: there was none. */
function lastWriteBefore(ordered: readonly SeenRequest[], write: SeenRequest): number {
  const earlier = ordered.filter(
    ({ method, namespace, object, begun }) =>
      method !== 'GET' && !object.startsWith('Event/') && namespace === write.namespace && begun < write.begun,
  );
  const batch = [write];
  for (const one of earlier.toReversed()) if (isBeside(one, batch)) batch.push(one);
  return Math.max(0, ...earlier.filter((one) => !batch.includes(one)).map(({ ended }) => ended));
}

/**
 * Whether the write was made at the same time as those of the batch, which write to other objects. A scale, which moves
 * pods, is never part of a batch.
 */
const isBeside = (one: SeenRequest, batch: readonly SeenRequest[]): boolean =>
  [one, ...batch].every(({ subresource }) => subresource !== 'scale') &&
  // The path of a creation has no name.
  (one.method === 'POST' || batch.every(({ object }) => object !== one.object)) &&
  batch.some(({ begun }) => one.ended > begun);

const faultOfMark = ({ sentVersion }: SeenRequest): string | undefined => (sentVersion === undefined ? 'without a condition' : undefined);

function faultOf({ object, sentVersion }: SeenRequest, reads: readonly SeenRequest[]): string | undefined {
  const [kind] = object.split('/');
  const own = reads.filter((read) => read.object === object);
  if (own.length === 0 && !reads.some((read) => read.object === kind)) return 'without a live read of it';
  if (sentVersion === undefined) return 'without a condition';
  if (own.length > 0 && !own.some(({ gotVersion }) => gotVersion === sentVersion)) return 'on a condition that is not what was read';
  if (object.startsWith(MOVES_PODS) && !reads.some((read) => read.object === 'Pod')) return 'without a live read of the pods';
  return undefined;
}
