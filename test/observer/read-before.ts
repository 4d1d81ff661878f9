import { keyOf, type Step } from './revision';
import type { SeenRequest } from './seen-request';

/** The resourceVersion of Alloy's last read of the pods before this write; undefined: unknown. */
export type ReadBefore = (step: Step) => number | undefined;

/** From the recorded requests, if there are any. */
export function readBefore(requests: readonly SeenRequest[] | undefined): ReadBefore {
  const writes = (requests ?? []).filter(({ method, status }) => method !== 'GET' && status < 300);
  const reads = (requests ?? [])
    .filter(({ method, object, status }) => method === 'GET' && object === 'Pod' && status < 300)
    .sort((a, b) => a.ended - b.ended);
  return ({ revision: { type, at, object } }) => {
    const key = keyOf(object);
    const write = writes.find(
      (one) =>
        one.object === key && (type === 'deleted' ? one.method === 'DELETE' && one.uid === object.metadata.uid : one.gotVersion === at),
    );
    return write && reads.findLast((read) => read.namespace === write.namespace && read.ended < write.begun)?.gotVersion;
  };
}
