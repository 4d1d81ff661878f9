import type { AuditLine } from './audit-counts';
import { settled } from './settled';

const write: AuditLine = { stage: 'ResponseComplete', verb: 'patch', user: { username: 'system:serviceaccount:alloy:alloy-executor' } };
const read: AuditLine = { ...write, verb: 'list' };

/** A log in which each look finds the next of these. */
function log(...looks: readonly (readonly AuditLine[])[]) {
  let looked = 0;
  return { here: () => 0, between: async () => looks[looked++] ?? [], looks: () => looked };
}

it('waits until nothing is written, whatever is read', async () => {
  const audit = log([write, read], [write], [read]);
  expect(await settled(audit, { quietMs: 0, patienceMs: 60_000 })).toBe(true);
  expect(audit.looks()).toBe(3);
});

it('gives up in the end', async () => expect(await settled(log([write]), { quietMs: 0, patienceMs: 0 })).toBe(false));
