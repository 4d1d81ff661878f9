import { parseFence, type Fence } from '@alloy/cluster';
import { FENCE_ANNOTATION, type KubeObject } from '@alloy/contracts';
import { keyOf, type Step } from '../../observer/revision';
import type { Broken } from './broken';

/** No write of an older decision overwrites a write of a newer one: the fence of an object never decreases. */
export function checkFences(project: string, steps: readonly Step[]): readonly Broken[] {
  return steps.flatMap(({ revision: { object, type }, before }) => {
    const was = before.get(keyOf(object));
    if (!was || type === 'deleted' || was.metadata.uid !== object.metadata.uid) return [];
    const [old, now] = [fenceOf(was), fenceOf(object)];
    if (!old || (now && !isOlder(now, old))) return [];
    return [
      {
        promise: 'fence' as const,
        project,
        text: `the fence of ${keyOf(object)} decreased from ${old.slot}/${old.version} to ${now ? `${now.slot}/${now.version}` : 'none'}`,
      },
    ];
  });
}

const fenceOf = ({ metadata }: KubeObject): Fence | undefined => parseFence(metadata.annotations?.[FENCE_ANNOTATION]);
const isOlder = (one: Fence, other: Fence): boolean => one.slot < other.slot || (one.slot === other.slot && one.version < other.version);
