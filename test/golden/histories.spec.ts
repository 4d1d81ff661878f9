import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Findings, LogWalk } from '@alloy/audit';
import { checkHistory, familyOf, type Payloads } from '@alloy/release';
import { specKinds } from '@alloy/release/testing';
import { goldens, outcomeOf, releasesOf } from './golden';

const all = goldens();
const outcomes = Object.fromEntries(
  all.map((golden) => [
    golden.name,
    Object.fromEntries(releasesOf(golden).map((history) => [history.identity.releaseId, outcomeOf(history)])),
  ]),
);

/**
 * What each release came to when its log was recorded. ALLOY_RECORD_OUTCOMES=1 notes those of new logs, and no others.
 */
const FILE = join(__dirname, 'outcomes.json');
const read = (): typeof outcomes => (existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {});
if (process.env['ALLOY_RECORD_OUTCOMES']) writeFileSync(FILE, `${JSON.stringify({ ...outcomes, ...read() }, null, 1)}\n`);
const noted = read();

/** What a failure starts, and no plan has. */
const decidedKinds: readonly string[] = ['rollback', 'scaleDownCanary'];

describe.each(all.map((golden) => [golden.name, golden] as const))('the recorded log %s', (name, golden) => {
  it('is what was recorded: every hash fits', () => {
    const findings = new Findings();
    const walk = new LogWalk([], findings);
    golden.events.forEach((event, i) => walk.ordered({ seq: i + 1, stream: event.stream, version: event.version }, event));
    expect(findings.list).toEqual([]);
    expect(walk.events).toBe(golden.events.length);
  });

  it('folds to what it came to', () => expect(outcomes[name]).toEqual(noted[name]));

  it('is decided in the same way by the code of today', () => {
    const checks = releasesOf(golden).map((history) => ({ release: history.identity.releaseId, ...checkHistory(history) }));
    expect(checks.flatMap(({ release, deviations }) => deviations.map((deviation) => ({ release, ...deviation })))).toEqual([]);
    for (const { decisions } of checks) expect(decisions).toBeGreaterThan(0);
  });
});

describe('the recorded logs', () => {
  const ends = Object.values(outcomes).flatMap((releases) => Object.values(releases));

  it.each([
    'promoted all_steps_done; rollout',
    'promoted all_steps_done; canary',
    'rolledBack error_rate',
    'rolledBack crash_loop',
    'rolledBack image_pull',
    'rolledBack progress_deadline',
    'rolledBack aborted',
    'rolledBack superseded',
    'superseded superseded',
    'rejected busy',
    'stuck rollback_deadline',
    'stuck namespace_missing',
    'failed crash_loop',
    'failed namespace_missing',
    'failed unreachable',
  ])('hold a release that ended with: %s', (end) => {
    expect(ends.filter((outcome) => outcome.includes(` ${end}`)).length).toBeGreaterThan(0);
  });

  it('hold every type of event that there is', () => {
    const held = new Set(all.flatMap(({ events }) => events.map(({ type }) => type)));
    expect(Object.keys(familyOf).filter((type) => !held.has(type))).toEqual([]);
  });

  it('hold every kind of step that a plan can have', () => {
    const plans = all.flatMap(({ events }) => events).flatMap(({ type, data }) =>
      type === 'ReleasePlanned' ? [(data as Payloads['ReleasePlanned']).plan] : []);
    const kinds = new Set<string>(plans.flatMap(({ steps }) => steps.map(({ kind }) => kind)));
    expect(specKinds.filter((kind) => !decidedKinds.includes(kind) && !kinds.has(kind))).toEqual([]);
  });
});
