import fc from 'fast-check';
import type { WhenBusy } from '../policy';
import { isEnded, isRunning, isUnplanned } from '../guards';
import { decide } from '../decide';
import { initialState } from '../initial-state';
import type { Context } from '../context';
import { context, happyFacts, inspected, policy, requested, Scenario } from '../testing';

/** Several releases of one project and environment, with the slot that they share. */
class Project {
  readonly releases: Scenario[] = [];
  slot: Context['slot'] = { holder: null, counter: 0 };
  now = context.policy.progressDeadline * 1e9;

  constructor(private readonly whenBusy: WhenBusy) {}

  request(urgent = false): void {
    const release = new Scenario();
    release.state = initialState({
      releaseId: `R${String(this.releases.length).padStart(3, '0')}`,
      project: 'shop',
      environment: 'production',
    });
    release.now = this.now++;
    release.append(requested({ urgent }));
    this.releases.push(release);
  }

  /** One release progresses: a fact that completes its step, then the planner. */
  progress(index: number): void {
    const release = this.releases[index % this.releases.length];
    if (!release) return;
    release.now = Math.max(release.now, this.now++);
    if (release.state.status === 'gated' && release.state.inspection === null) release.apply(inspected());
    if (isRunning(release.state)) for (const fact of happyFacts(release.state)) release.apply(fact);
    this.look(release);
  }

  /** Decides like the planner, with the current context; a plan takes the slot, an end frees it. */
  look(release: Scenario): void {
    const decisions = decide(release.state, this.contextOf(release), release.now);
    const takes = decisions.find(({ type }) => type === 'ReleasePlanned');
    if (takes) expect(this.slot.holder).toBeNull();
    for (const decision of decisions) release.append(decision);
    if (isRunning(release.state))
      this.slot = { holder: release.state.releaseId, counter: takes ? this.slot.counter + 1 : this.slot.counter };
    else if (this.slot.holder === release.state.releaseId) this.slot = { ...this.slot, holder: null };
  }

  private contextOf(release: Scenario): Context {
    const waiting = this.releases.flatMap(({ state }) =>
      state !== release.state && isUnplanned(state)
        ? [{ releaseId: state.releaseId, requestedAt: state.requestedAt, whenBusy: this.whenBusy, urgent: state.request.urgent ?? false }]
        : [],
    );
    return { ...context, policy: { ...policy, whenBusy: this.whenBusy }, slot: this.slot, waiting };
  }

  get statuses(): string[] {
    return this.releases.map(({ state }) => state.status);
  }
}

const happenings = fc.array(fc.option(fc.nat(20)), { minLength: 1, maxLength: 60 });

function play(whenBusy: WhenBusy, all: readonly (number | null)[], check: (project: Project) => void = () => undefined): Project {
  const project = new Project(whenBusy);
  project.request();
  for (const one of all) {
    if (one === null) project.request();
    else project.progress(one);
    check(project);
  }
  for (let round = 0; round < 2_000 && !project.releases.every(({ state }) => isEnded(state)); round++) project.progress(round);
  return project;
}

describe.each(['latestOnly', 'queue', 'supersede', 'reject'] as const)('several releases at once, whenBusy %s', (whenBusy) => {
  it('all end, and at most one runs at a time (P3)', () => {
    fc.assert(fc.property(happenings, (all) => {
      const project = play(whenBusy, all, ({ releases }) =>
        expect(releases.filter(({ state }) => isRunning(state)).length).toBeLessThanOrEqual(1),
      );
      expect(project.releases.filter(({ state }) => !isEnded(state))).toEqual([]);
    }), { numRuns: 200 });
  });

  it('the version requested last is stable in the end, unless the policy rejected it', () => {
    fc.assert(fc.property(happenings, (all) => {
      const last = play(whenBusy, all).statuses.at(-1);
      expect(whenBusy === 'reject' ? ['promoted', 'rejected'] : ['promoted']).toContain(last);
    }), { numRuns: 200 });
  });
});

it('a queue promotes each, in the order of the requests', () => {
  fc.assert(fc.property(happenings, (all) => {
    const { releases, statuses } = play('queue', all);
    expect(new Set(statuses)).toEqual(new Set(['promoted']));
    const counters = releases.map(({ state }) => ('slotCounter' in state ? state.slotCounter : 0));
    expect(counters).toEqual([...counters].sort((a, b) => a - b));
  }), { numRuns: 200 });
});

describe.each(['latestOnly', 'queue', 'supersede', 'reject'] as const)('an expedited release, whenBusy %s', (whenBusy) => {
  const busyProject = (all: readonly (number | null)[]): Project => {
    const project = new Project(whenBusy);
    project.request();
    for (const one of all) {
      if (one === null) project.request();
      else project.progress(one);
    }
    return project;
  };
  const finish = (project: Project): void => {
    for (let round = 0; round < 2_000 && !project.releases.every(({ state }) => isEnded(state)); round++) project.progress(round);
  };

  it('is promoted before any other release, whatever runs, waits or arrives', () => {
    fc.assert(fc.property(happenings, fc.array(fc.option(fc.nat(20)), { maxLength: 20 }), (before, later) => {
      const project = busyProject(before);
      const promotedBefore = project.statuses.map((status) => status === 'promoted');
      project.request(true);
      const wanted = project.releases.at(-1)!;
      for (const { state } of project.releases) project.look(project.releases.find((release) => release.state === state)!);
      for (const one of later) {
        if (one === null) project.request();
        else project.progress(one);
        if (wanted.state.status !== 'promoted')
          expect(project.statuses.slice(0, promotedBefore.length).map((status) => status === 'promoted')).toEqual(promotedBefore);
      }
      finish(project);
      expect(wanted.state.status).toBe('promoted');
      expect(project.releases.filter(({ state }) => isRunning(state) || !isEnded(state))).toEqual([]);
    }), { numRuns: 200 });
  });

  it('that was requested later remains, of two', () => {
    fc.assert(fc.property(happenings, (all) => {
      const project = busyProject(all);
      project.request(true);
      project.request(true);
      finish(project);
      expect(project.statuses.slice(-2)).toEqual([expect.stringMatching(/^(superseded|rolledBack)$/), 'promoted']);
    }), { numRuns: 200 });
  });
});
