import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredEvent } from '@alloy/contracts';
import { msOf, type Recorded } from '@alloy/release';
import {
  after, blocked, degraded, drifted, given, happyUntil, inconclusive, inspected, meanwhile, pausedBy, policy, progressed, ready, requested,
  resumedBy, scaled, START, unblocked,
} from '@alloy/release/testing';
import { logSections } from './log-sections';
import { ProgressPrinter, type ProgressOptions } from './progress-printer';

const stored = (event: Recorded): StoredEvent =>
  ({ ...event, stream: 'release-R2', project: 'shop', environment: 'production' }) as unknown as StoredEvent;

function printed(log: readonly Recorded[], options: Omit<ProgressOptions, 'write'> = {}): string[] {
  const lines: string[] = [];
  const printer = new ProgressPrinter({ write: (line) => lines.push(line), ...options });
  for (const event of log) printer.print(stored(event));
  printer.close();
  return lines;
}

const canary = [
  'canary of v2 at 17 %, 50 %, 83 % (stable version: v1); judged by metrics: stable pod web-1 counts requests in http_requests_total (port 8080, /metrics)',
  'canary 17 %: 1 of 1 pods ready',
  '17 % passed: 2 of 412 requests failed, stable 2 of 398',
  'canary 50 %: 3 of 3 pods ready',
  '50 % passed: 2 of 412 requests failed, stable 2 of 398',
  'canary 83 %: 5 of 5 pods ready',
  '83 % passed: 2 of 412 requests failed, stable 2 of 398',
  'promoting v2: 3 of 3 analyses passed',
  'promotion: 5 of 5 pods ready',
  'promoted v2 in 15 s',
];

describe('ProgressPrinter', () => {
  it('prints one line for each notable event of a canary', () => {
    expect(printed(given(happyUntil()).log)).toEqual(canary);
  });

  it('prints a step that only scales the canary with the weight that the canary has', () => {
    const steps = [{ setWeight: 5 }, { setCanaryScale: { replicas: 3 } }, { setWeight: 50 }];
    const over = meanwhile({ policy: { ...policy, steps, traffic: { router: 'gatewayApi' } } });
    expect(printed(given(over, happyUntil()).log).slice(1, 5)).toEqual([
      'canary 5 %: 1 of 1 pods ready', 'canary 5 %: 3 of 3 pods ready', 'canary 50 %: 3 of 3 pods ready',
      expect.stringMatching(/^promoting v2/),
    ]);
  });

  it('prints the header routes of a plan, and its steps with the weight that the canary has', () => {
    const setHeaderRoute = { name: 'beta', match: [{ method: 'POST' as const }] };
    const over = meanwhile({ policy: { ...policy, steps: [{ setHeaderRoute }, { setWeight: 50 }], traffic: { router: 'gatewayApi' } } });
    expect(printed(given(over, happyUntil()).log).slice(0, 3)).toEqual([
      expect.stringContaining('canary of v2 at header route beta, 50 % (stable version: v1)'),
      'canary 0 %: 1 of 1 pods ready', 'canary 50 %: 3 of 3 pods ready',
    ]);
  });

  it('prints the preview, the switch and green of a blueGreen release', () => {
    const blueGreen = { preSwitchAnalysis: { duration: 1 }, postSwitchAnalysis: { duration: 1 }, scaleDownDelaySeconds: 1 };
    const label = { name: 'app', value: 'web-canary' };
    const traffic = { service: 'web', canaryService: 'web-preview', label, selector: { app: 'web' } };
    const over = meanwhile({ policy: { ...policy, strategy: 'blueGreen', blueGreen } });
    expect(printed(given(over, requested({ strategy: 'auto' }), inspected({ traffic }), happyUntil()).log)).toEqual([
      expect.stringMatching(/^blueGreen of v2 behind Service web \(stable version: v1\)/),
      'preview: 5 of 5 pods ready',
      expect.stringMatching(/^preview passed: /),
      'Service web switched to v2',
      expect.stringMatching(/^green passed: /),
      expect.stringMatching(/pause at 100 %/), expect.stringMatching(/^the pause of 1 s at 100 % is over/),
      expect.stringMatching(/^promoting v2/), expect.stringMatching(/^promotion: 5 of 5/), expect.stringMatching(/^promoted v2/),
    ]);
  });

  it('prints the weights of a rollout by steps', () => {
    const rollout = { maxSurge: 1, steps: [{ setWeight: 50 }, { pause: { duration: 1 } }, { analysis: { duration: 1 } }] };
    const over = meanwhile({ policy: { ...policy, strategy: 'rollout', rollout } });
    expect(printed(given(over, requested({ strategy: 'auto' }), happyUntil()).log)).toEqual([
      expect.stringMatching(/^rollout of v2 at 50 % \(stable version: v1\)/),
      expect.stringMatching(/pause at 50 %/), expect.stringMatching(/^the pause of 1 s at 50 % is over/),
      expect.stringMatching(/^50 % passed: /),
      expect.stringMatching(/^promoting v2/), expect.stringMatching(/^promotion: 5 of 5/), expect.stringMatching(/^promoted v2/),
    ]);
  });

  it('prints why a release is rolled back, and its end', () => {
    const bad = given(happyUntil('scaleCanary'), degraded('CrashLoopBackOff', 'container web keeps crashing'), after(3), happyUntil());
    expect(printed(bad.log).slice(-2)).toEqual([
      expect.stringMatching(/^rolling back to v1: .*container web keeps crashing/),
      'rolled back to v1 in 3 s',
    ]);
  });

  it('prints why a release waits for pods, when the wait is over, and why it ended', () => {
    const slow = given(
      happyUntil('scaleCanary'),
      scaled(),
      blocked('QuotaExceeded', 'exceeded quota: small'),
      unblocked(),
      blocked('QuotaExceeded', 'exceeded quota: other'),
      after(8),
    );
    expect(printed(slow.log).slice(-4)).toEqual([
      "canary 17 %: 0 of 1 canary pods ready, pods can't be created: exceeded quota: small; the release waits until its deadline: raise the ResourceQuota small or free some of it",
      'canary 17 %: canary pods can be created and scheduled again: 0 of 1 ready',
      "canary 17 %: 0 of 1 canary pods ready, pods can't be created: exceeded quota: other; the release waits until its deadline: raise the ResourceQuota other or free some of it",
      expect.stringMatching(
        /^rolling back to v1: 0 of 1 canary pods ready, no progress of scaleCanary for 8 s; pods can't be created: exceeded quota: other/,
      ),
    ]);
  });

  it('prints an inconclusive verdict once, with its numbers', () => {
    const open = given(happyUntil('analyse'), inconclusive());
    expect(printed(open.log).at(-1)).toMatch(/^canary 17 %: inconclusive so far: /);
  });

  it('prints the pods of a slow step at most every 30 s', () => {
    const quick = given(happyUntil('scaleCanary', 2), scaled(), after(2), progressed(1), after(2), progressed(2), after(1), ready());
    const slow = quick.log.map((event) => ({
      ...event,
      occurredAt: new Date(msOf(START) + 10 * (msOf(event.occurredAt) - msOf(START))).toISOString(),
    }));
    expect(printed(quick.log).at(-2)).toMatch(/^17 % passed/);
    expect(printed(slow).slice(-2)).toEqual(['canary 50 %: 2 of 3 pods ready', 'canary 50 %: 3 of 3 pods ready']);
  });

  it('prints changes by other clients, and pauses with the user', () => {
    const lines = printed(given(happyUntil('analyse'), drifted(), pausedBy('ann', 'lunch'), resumedBy('ann')).log).slice(2);
    expect(lines).toEqual([expect.stringContaining('kubectl'), 'paused by ann: lunch', 'resumed by ann']);
  });

  it('skips an event of a newer server and continues', () => {
    const [first, ...rest] = given(happyUntil()).log;
    expect(printed([first!, { ...first!, type: 'SomethingNew' } as unknown as Recorded, ...rest])).toEqual(canary);
  });

  it('escapes characters that could move the cursor or start a line', () => {
    const lines = printed(given(requested({ imageTag: 'v2\u001b[2J\n::set-output' }), inspected(), happyUntil()).log);
    expect(lines.filter((line) => /[\u001b\n]/.test(line))).toEqual([]);
  });

  it.each(readdirSync(join(__dirname, '../../../../test/golden/histories')))(
    'prints at most 15 lines of each canary of the recorded history %s without user intents',
    (file) => {
      const events = readFileSync(join(__dirname, '../../../../test/golden/histories', file), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as StoredEvent);
      for (const stream of new Set(events.map((event) => event.stream))) {
        const log = events.filter((event) => event.stream === stream);
        if (!stream.startsWith('release-') || log.some(({ type }) => /^(Pause|Resume|Promotion|Abort)Requested|ClusterAccess/.test(type)))
          continue;
        const lines: string[] = [];
        const printer = new ProgressPrinter({ write: (line) => lines.push(line) });
        log.forEach((event) => printer.print(event));
        expect({ stream, lines: lines.slice(15) }).toEqual({ stream, lines: [] });
        expect(lines.length).toBeGreaterThan(0);
      }
    },
  );
});

describe('sections of a CI log', () => {
  it('fold each stage on GitHub, with the result outside', () => {
    const lines = printed(given(happyUntil()).log, { sections: logSections({ GITHUB_ACTIONS: 'true' }) });
    expect(lines.slice(0, 6)).toEqual([canary[0], '::group::canary 17 %', canary[1], '::endgroup::', canary[2], '::group::canary 50 %']);
    expect(lines.slice(-4)).toEqual(canary.slice(-4));
    expect(lines.filter((line) => line.startsWith('::group::'))).toHaveLength(lines.filter((line) => line === '::endgroup::').length);
  });

  it('fold each stage on GitLab, each with a unique name', () => {
    const lines = printed(given(happyUntil()).log, { sections: logSections({ GITLAB_CI: 'true' }) });
    const names = lines.flatMap(
      (line) => /^\u001b\[0Ksection_start:\d+:(\w+)\[collapsed=true\]\r\u001b\[0Kcanary (17|50|83) %$/.exec(line)?.[1] ?? [],
    );
    expect(names).toHaveLength(3);
    expect(new Set(names).size).toBe(3);
    expect(lines.flatMap((line) => /^\u001b\[0Ksection_end:\d+:(\w+)\r\u001b\[0K$/.exec(line)?.[1] ?? [])).toEqual(names);
  });

  it('are closed while a release is paused, and at a timeout', () => {
    const paused = printed(given(happyUntil('analyse'), pausedBy('ann')).log, { sections: logSections({ GITHUB_ACTIONS: 'true' }) });
    expect(paused.slice(-2)).toEqual(['::endgroup::', expect.stringMatching(/^paused by ann/)]);
    const gaveUp = printed(given(happyUntil('analyse')).log, { sections: logSections({ GITHUB_ACTIONS: 'true' }) });
    expect(gaveUp.at(-1)).toBe('::endgroup::');
  });

  it('contain the events with --verbose', () => {
    const lines = printed(given(happyUntil('analyse')).log, {
      lineOf: ({ type }) => type,
      sections: logSections({ GITHUB_ACTIONS: 'true' }),
    });
    expect(lines.slice(lines.indexOf('::group::canary 17 %'))).toContain('WorkloadBecameReady');
  });

  it('are not used in other CI systems', () => {
    expect(logSections({})).toBeUndefined();
  });
});
