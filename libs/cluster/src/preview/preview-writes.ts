import type { PreviewedWrite, Refusal } from '@alloy/release';
import type { Desired } from '../desired';
import type { Live, LiveWorkload } from '../live';
import { nextWrite } from '../next-write';
import { targetOf, writesOf, type Write } from '../write';
import { afterWrite, settled } from './after-write';

/** What a step does to the cluster if all its pods become ready. */
export interface StepEffect {
  /** In order, without those that change only marks of Alloy and owners of fields, and nothing that runs. */
  readonly writes: readonly PreviewedWrite[];
  /** Why the step would fail; null: nothing that is known now. */
  readonly refusal: Refusal | null;
  /** The live state after the step, which the next one finds. */
  readonly live: Live;
}

/** Far above the writes of any step: more mean an endless loop. */
const LIMIT = 5_000;

/**
 * Carries out a step in memory: its writes are those of `nextWrite`, as in a real release, and every condition that it
 * waits for becomes true at once. Pure. Throws if the step does not end within `limit` writes and waits.
 */
export function previewWrites(desired: Desired | null, before: Live, limit = LIMIT): StepEffect {
  let live = settled(before);
  const writes: PreviewedWrite[] = [];
  let waits = 0;
  for (let steps = 0; desired && steps < limit; steps += 1) {
    const next = nextWrite(desired, live);
    if (next.kind === 'refused') return { writes, refusal: next.refusal, live };
    if (next.kind === 'write') {
      waits = 0;
      const batch = (writes.at(-1)?.batch ?? 0) + 1;
      for (const write of writesOf(next)) {
        writes.push(...shown(write, live).map((one) => ({ batch, ...one })));
        live = afterWrite(live, write, desired.web);
      }
    } else if (next.kind === 'wait' && waits === 0) {
      waits += 1;
      live = settled(live);
    } else return { writes, refusal: null, live: settled(live) };
  }
  if (desired) throw new Error(`a step of workload ${desired.web} has not ended after ${limit} writes in memory`);
  return { writes, refusal: null, live };
}

function shown(write: Write, live: Live): ReadonlyArray<Omit<PreviewedWrite, 'batch'>> {
  const { kind, name } = targetOf(write);
  switch (write.verb) {
    case 'fence':
    case 'adoptFields':
    case 'handBack':
      return [];
    case 'scale': {
      const workloads: ReadonlyArray<LiveWorkload | null | undefined> = [live.web, live.canary, live.baseline];
      const from = workloads.find((workload) => workload?.object.metadata.name === name);
      return [{ verb: 'scale', kind, name, ...(from && { from: from.replicas }), replicas: write.replicas }];
    }
    case 'route':
      return [{ verb: 'apply', kind, name }];
    case 'select':
      return write.selector ? [{ verb: 'apply', kind, name }] : [];
    case 'create':
    case 'apply':
    case 'delete':
      return [{ verb: write.verb, kind, name }];
  }
}
