import type { AuditLine } from './audit-counts';
import { settled } from './settled';

const write: AuditLine = { stage: 'ResponseComplete', verb: 'patch', user: { username: 'system:serviceaccount:alloy:alloy-executor' } };
const read: AuditLine = { ...write, verb: 'list' };

/** A log in which each read returns the next of these entries. */
function log(...reads: readonly (readonly AuditLine[])[]) {
  let count = 0;
  return { here: () => 0, between: async () => reads[count++] ?? [], reads: () => count };
}

it('settled waits until the services write nothing, and ignores their reads', async () => {
  const audit = log([write, read], [write], [read]);
  expect(await settled(audit, { quietMs: 0, patienceMs: 60_000 })).toBe(true);
  expect(audit.reads()).toBe(3);
});

it('settled returns false after its time limit', async () =>
  expect(await settled(log([write]), { quietMs: 0, patienceMs: 0 })).toBe(false));
