import type { ObservedPod } from '@alloy/contracts';
import { colors } from '../output/colors';
import { canary, release } from '../testing/releases';
import { clipped } from './clipped';
import { releaseTree } from './release-tree';
import { Screen } from './screen';

const now = Date.UTC(2026, 0, 1);
const color = colors(false);
const pod = (track: ObservedPod['track'], name: string, more: Partial<ObservedPod> = {}): ObservedPod => ({
  track, name, phase: 'Running', ready: true, restarts: 0, startedAt: '2025-12-31T23:59:00.000Z', reason: null, ...more,
});
const seen = (...items: ObservedPod[]) => ({ items, observedAt: '2025-12-31T23:59:59.500Z' });
const trimmed = (lines: readonly string[]): string => lines.map((line) => line.trimEnd()).join('\n');

describe('the tree of a release', () => {
  it('shows strategy, step, weights, verdict and pods', () => {
    const pods = seen(
      pod('canary', 'web-canary-1'),
      pod('canary', 'web-canary-2', { ready: false, phase: 'Running', reason: 'CrashLoopBackOff', restarts: 4 }),
      pod('stable', 'web-1'),
      pod('stable', 'web-2', { phase: 'Pending', ready: false, startedAt: null }),
    );
    expect(trimmed(releaseTree({ release: canary(), pods, now, color }))).toBe(`Release:    01K9ZJ5QX8N4V7R2T6WDYB3CHM
Project:    shop (production)
Status:     ◌ releasing
Strategy:   canary (requested: auto)
Step:       4/6 analyse at 50 % (3m), for 40s
Weight:     asked 50 %, reached 50 %
Image:      r.example/shop/web:v2
Stable:     r.example/shop/web:v1
Verdict:    pass: canary 1 errors in 600 requests (0.17 %), stable 0 in 600 (0 %), limit 1 %
Age:        2m

NAME                   STATUS               READY   RESTARTS   AGE
shop                   releasing                               2m
├── canary v2                               1/2
│   ├── web-canary-1   ✔ Running            yes     0          60s
│   └── web-canary-2   ✖ CrashLoopBackOff   no      4          60s
└── stable v1                               1/2
    ├── web-1          ✔ Running            yes     0          60s
    └── web-2          ◌ Pending            no      0`);
  });

  it('shows the baseline of an experiment between the canary and stable, with the version of stable', () => {
    const pods = seen(pod('canary', 'web-canary-1'), pod('baseline', 'web-baseline-1'), pod('stable', 'web-1'));
    const planned = canary();
    const steps = planned.plan!.steps.map((step) => (step.kind === 'analyse' ? { ...step, baseline: true as const } : step));
    const lines = trimmed(releaseTree({ release: { ...planned, plan: { ...planned.plan!, steps } }, pods, now, color })).split('\n');
    expect(lines.filter((line) => /──/.test(line) && !/web-/.test(line)).map((line) => line.slice(4, 15).trim())).toEqual([
      'canary v2', 'baseline v1', 'stable v1',
    ]);
    expect(lines).toContainEqual('Step:       4/6 analyse at 50 % against the baseline (3m), for 40s');
  });

  it('shows the version of the policy of the plan, if it has one', () => {
    expect(trimmed(releaseTree({ release: canary({ policyVersion: 7 }), pods: undefined, now, color }))).toMatch(/Policy: +version 7/);
    expect(trimmed(releaseTree({ release: canary({ policyVersion: null }), pods: undefined, now, color }))).not.toContain('Policy');
  });

  it('shows what the release deletes of earlier ones, and what it keeps', () => {
    const prune = {
      objects: [
        { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid: 'u1' },
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'flags', uid: 'u2' },
      ],
      kept: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker', why: 'kubectl-edit has written to it' }],
    };
    const planned = canary();
    const text = trimmed(releaseTree({ release: { ...planned, plan: { ...planned.plan!, prune } }, pods: undefined, now, color }));
    expect(text).toMatch(/^Deletes: +after the promotion: CronJob nightly, ConfigMap flags$/m);
    expect(text).toMatch(/^Keeps: +Deployment worker: kubectl-edit has written to it$/m);
    expect(trimmed(releaseTree({ release: planned, pods: undefined, now, color }))).not.toMatch(/Deletes|Keeps/);
  });

  it('shows the analysis mode and its reason if Alloy chose it', () => {
    const analysis = {
      mode: 'health',
      reason: {
        code: 'no_request_metrics',
        rule: 'policy.analysis.mode',
        text: 'judged by health alone, without metrics: stable pod web-1 declares no port',
        evidence: {},
      },
    } as const;
    expect(trimmed(releaseTree({ release: canary({ analysis }), pods: undefined, now, color }))).toContain(
      '\nAnalysis:   health (auto): judged by health alone, without metrics: stable pod web-1 declares no port [no_request_metrics]\n',
    );
    expect(trimmed(releaseTree({ release: canary({ analysis: null }), pods: undefined, now, color }))).not.toContain('Analysis');
  });

  it('shows a release that has no plan yet', () => {
    expect(trimmed(releaseTree({ release: release(), pods: undefined, now, color }))).toBe(`Release:    01K9ZJ5QX8N4V7R2T6WDYB3CHM
Project:    shop (production)
Status:     ◷ requested
Strategy:   auto (not planned yet)
Image:      r.example/shop/web:v2
Age:        2m

(no pods observed)`);
  });

  it('shows why a release waits for pods', () => {
    const blocked = { cause: 'QuotaExceeded', since: '2025-12-31T23:59:00.000Z', text: "pods can't be created: exceeded quota: small" };
    expect(trimmed(releaseTree({ release: canary({ blocked }), pods: undefined, now, color }))).toContain(
      "\nWaits:      pods can't be created: exceeded quota: small\n",
    );
  });

  it('shows for whom a release waits, and how long', () => {
    const waiting = {
      code: 'held', waitsFor: 'a user', since: '2025-12-31T23:59:00.000Z', earliestOpen: null, text: 'held until a user resumes it',
    } as const;
    const tree = trimmed(releaseTree({ release: canary({ status: 'held', waiting }), pods: undefined, now, color }));
    expect(tree).toContain('\nWaits:      held until a user resumes it (60s)\n');
    expect(tree).toContain('\nStatus:     ॥ held\n');
  });

  it('shows why a release ended, and when its pods were observed', () => {
    const ended = canary({
      status: 'rolledBack',
      step: null,
      reason: { code: 'error_rate', rule: 'r', text: 'error rate 28 %\u001b[2J', evidence: {} },
      times: { requestedAt: '2025-12-31T23:00:00.000Z', plannedAt: null, updatedAt: '', endedAt: '2025-12-31T23:05:00.000Z' },
    });
    const text = trimmed(
      releaseTree({ release: ended, pods: { items: [pod('stable', 'web-1')], observedAt: '2025-12-31T23:55:00.000Z' }, now, color }),
    );
    expect(text).toContain('Status:     ✖ rolledBack');
    expect(text).toContain('Age:        1h, ended after 5m\n            error rate 28 %\\u001b[2J [error_rate]');
    expect(text).toContain('(pods observed 5m ago)');
    expect(text).not.toContain('Step:');
  });
});

describe('the tree of a release that has ended', () => {
  const ended = canary({ status: 'promoted', step: null });
  it('counts terminating pods', () => {
    const text = trimmed(
      releaseTree({
        release: ended,
        pods: seen(pod('canary', 'web-canary-1', { phase: 'Terminating' }), pod('stable', 'web-1')),
        now,
        color,
      }),
    );
    expect(text).not.toContain('canary-1');
    expect(text).toMatch(/web-1 .*\n\(and 1 that was terminating\)$/);
  });
  it('shows them while the release runs', () => {
    expect(
      trimmed(releaseTree({ release: canary(), pods: seen(pod('canary', 'web-canary-1', { phase: 'Terminating' })), now, color })),
    ).toContain('Terminating');
  });
});

it('wraps facts on a narrow terminal without losing text', () => {
  const lines = releaseTree({ release: canary(), pods: undefined, now, color: colors(true), columns: 40 });
  const from = lines.findIndex((line) => line.startsWith('Verdict'));
  expect(lines.slice(from, from + 4).map((line) => line.replace(/\u001b\[\d+m/g, ''))).toEqual([
    'Verdict:    pass: canary 1 errors in 600', '            requests (0.17 %), stable 0',
    '            in 600 (0 %), limit 1 %', 'Age:        2m',
  ]);
});

describe('the screen', () => {
  it('redraws only after changes', () => {
    const written: string[] = [];
    const screen = new Screen({ write: (text) => void written.push(text), isTTY: true, columns: 5, rows: 3 });
    screen.draw(['one', 'two']);
    screen.draw(['one', 'two']);
    screen.draw(['longer', 'b', 'c', 'd']);
    expect(written).toEqual(['one\u001b[K\ntwo\u001b[K\n\u001b[J', '\u001b[2A\rlonge\u001b[0m\u001b[K\nb\u001b[K\n\u001b[J']);
  });

  it('keeps a note below the lines until it is removed, and prints all lines at the end', () => {
    const written: string[] = [];
    const screen = new Screen({ write: (text) => void written.push(text), isTTY: true, columns: 5, rows: 3 });
    screen.note(undefined);
    screen.draw(['one', 'two', 'three']);
    screen.note('away');
    screen.note(undefined);
    screen.end(['longer', 'b', 'c']);
    expect(written).toEqual([
      'one\u001b[K\ntwo\u001b[K\n\u001b[J',
      '\u001b[2A\rone\u001b[K\naway\u001b[K\n\u001b[J',
      '\u001b[2A\rone\u001b[K\ntwo\u001b[K\n\u001b[J',
      '\u001b[2A\rlonger\u001b[K\nb\u001b[K\nc\u001b[K\n\u001b[J',
    ]);
  });

  it('truncates by visible characters, not by colour codes', () => {
    const red = colors(true).red('abc');
    expect(clipped(red, 3)).toBe(red);
    expect(clipped(`${red}de`, 4)).toBe(`${red}d\u001b[0m`);
    expect(clipped('👍👍', 1)).toBe('👍\u001b[0m');
  });
});
