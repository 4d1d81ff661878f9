import type { SeenRequest } from '../seen-request';
import type { Judgement, Violation } from '../violation';

/** What the number of ready pods hangs on. */
const MOVES_PODS = 'Deployment/';

/**
 * P14: before each write over something that exists, the executor has read it live since its last write, and writes on the condition that it is still as read;
 * before one that moves pods, it has read the pods, too. What a watch or a cache (resourceVersion=0) reports does not count. A mark, which changes nothing but
 * labels and annotations, and a scale that takes no pod away need the condition alone.
 * `replicasAt`: pods that a Deployment (`Deployment/name`) asked for at that resourceVersion; undefined: not known.
 */
export function checkLiveReads(requests: readonly SeenRequest[], replicasAt: (object: string, version: number) => number | undefined = () => undefined): Judgement {
  const ordered = [...requests].sort((a, b) => a.begun - b.begun);
  const violations: Violation[] = [];
  let judged = 0;
  for (const write of ordered.filter(isOverwrite)) {
    judged += 1;
    const since = lastWriteBefore(ordered, write);
    const reads = ordered.filter((read) => isLive(read) && read.namespace === write.namespace && read.begun > since && read.ended < write.begun);
    const fault = write.marks || addsPods(write, replicasAt) ? faultOfMark(write) : faultOf(write, reads);
    if (fault) violations.push({ promise: 'P14', at: write.gotVersion ?? write.begun, text: `${write.method} ${write.object}${write.subresource ? `/${write.subresource}` : ''} ${fault}` });
  }
  return { violations, judged };
}

function addsPods({ object, sentReplicas, sentVersion }: SeenRequest, replicasAt: (object: string, version: number) => number | undefined): boolean {
  const before = sentVersion === undefined ? undefined : replicasAt(object, sentVersion);
  return sentReplicas !== undefined && before !== undefined && sentReplicas >= before;
}

/** Creation is refused if the object exists; what is told to Events moves nothing. */
const isOverwrite = ({ method, object }: SeenRequest): boolean => method !== 'GET' && method !== 'POST' && !object.startsWith('Event/');

const isLive = ({ method, query, status }: SeenRequest): boolean => method === 'GET' && status < 300 && !/(^|&)resourceVersion=/.test(query);

function lastWriteBefore(ordered: readonly SeenRequest[], write: SeenRequest): number {
  const earlier = ordered.filter(({ method, namespace, object, begun }) => method !== 'GET' && !object.startsWith('Event/') && namespace === write.namespace && begun < write.begun);
  return Math.max(0, ...earlier.map(({ ended }) => ended));
}

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
