import fc from 'fast-check';
import type { OrderedReleaseEvent } from '../async-view';
import { reason } from '../../testing/facts';
import { foldSteps, type StepEnd, type StepRow } from './fold-steps';

type Event = OrderedReleaseEvent & { readonly releaseId: string };

/** A table, with the changes that the view makes. */
function apply(table: StepRow[], batch: readonly Event[]): void {
  const { ended, rows } = foldSteps(batch);
  for (const row of table) row.end ??= ended.get(row.releaseId) ?? null;
  table.push(...rows.filter((row) => !table.some((old) => old.releaseId === row.releaseId && old.decision === row.decision)));
}

const kinds = [
  'StepStarted', 'StepCompleted', 'RollbackDecided', 'ScaleDownDecided', 'ReleaseHeld', 'ReleasePromoted', 'ReleaseRolledBack',
  'ReleaseStuck', 'GateOpened',
] as const;
const eventOf = (type: (typeof kinds)[number], releaseId: string, seq: number, more: object = {}): Event =>
  ({
    type, releaseId, seq, version: seq,
    occurredAt: new Date(seq * 1_000).toISOString(),
    data: { step: seq, attempt: 1, spec: { kind: 'apply' }, reason, ...more },
  }) as unknown as Event;

it('folds to the same steps for any division of the log into batches', () => {
  const events = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.constantFrom('R1', 'R2')), { maxLength: 40 });
  fc.assert(
    fc.property(events, fc.array(fc.nat(40)), (log, cuts) => {
      const all = log.map(([type, releaseId], i) => eventOf(type, releaseId, i + 1));
      const [oneByOne, inBatches]: [StepRow[], StepRow[]] = [[], []];
      for (const event of all) apply(oneByOne, [event]);
      const places = [0, ...cuts.filter((cut) => cut < all.length).sort((a, b) => a - b), all.length];
      for (const [i, place] of places.slice(1).entries()) apply(inBatches, all.slice(places[i], place));
      expect(inBatches).toEqual(oneByOne);
    }),
  );
});

it('ends no earlier attempts of a release that starts in the batch', () => {
  const { ended } = foldSteps([eventOf('GateOpened', 'R1', 1), eventOf('StepCompleted', 'R1', 2), eventOf('StepCompleted', 'R2', 3)]);
  expect([...ended.keys()]).toEqual(['R2']);
});

it('ends an attempt from an earlier batch by the first end in the batch', () => {
  const { ended } = foldSteps([eventOf('StepCompleted', 'R1', 7), eventOf('StepCompleted', 'R1', 9)]);
  expect(ended.get('R1')).toMatchObject({ outcome: 'completed', seq: 7 } satisfies Partial<StepEnd>);
});

it('has an attempt for a scale-down of the canary, which its hold ends, and a hold alone ends none', () => {
  const hold = eventOf('ReleaseHeld', 'R1', 3, { isScaledDown: true });
  const scaledDown = [eventOf('StepStarted', 'R1', 1), eventOf('ScaleDownDecided', 'R1', 2), hold];
  expect(foldSteps(scaledDown).rows.map(({ step, kind, weight, end }) => [step, kind, weight, end?.outcome])).toEqual([
    [1, 'apply', null, 'ScaleDownDecided'], [-1, 'scaleDownCanary', 0, 'completed'],
  ]);
  expect(foldSteps([eventOf('StepStarted', 'R1', 1), eventOf('ReleaseHeld', 'R1', 2)]).rows.map(({ end }) => end)).toEqual([null]);
});
