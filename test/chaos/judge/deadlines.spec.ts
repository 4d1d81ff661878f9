import type { Outage } from '../outages';
import { DEADLINE } from '../policy';
import { checkDeadlines, LATE_MS } from './deadlines';
import { finished, START } from './finished';

const late = DEADLINE + LATE_MS / 1_000 + 5;
const away = (seconds: number): Outage => ({
  fault: { kind: 'freeze', victim: 'executor' },
  release: 'v2',
  step: 'apply',
  from: START,
  to: START + 1_000 * (2 + seconds),
});

describe('P16', () => {
  it('holds if each step makes progress or ends before its deadline, even if the release waited long before its gate', () => {
    expect(
      checkDeadlines(
        finished([
          ['ReleaseRequested'],
          ['GateOpened', {}, 500],
          ['ReleasePlanned'],
          ['StepStarted', {}, DEADLINE],
          ['ReleaseRolledBack', {}, DEADLINE],
        ]),
        [],
      ),
    ).toEqual([]);
  });

  it('is broken by a step that lasts longer without progress', () => {
    expect(checkDeadlines(finished([['GateOpened'], ['StepStarted'], ['ReleaseStuck', {}, late]]), [])).toEqual([
      {
        promise: 'P16',
        project: 'shop',
        release: 'r1',
        text: `v2: ${late * 1_000} ms passed between StepStarted and ReleaseStuck, ${DEADLINE * 1_000 + LATE_MS} are allowed`,
      },
    ]);
  });

  it('allows for the time of an outage', () => {
    expect(checkDeadlines(finished([['GateOpened'], ['StepStarted'], ['ReleaseStuck', {}, late]]), [away(5)])).toEqual([]);
    expect(checkDeadlines(finished([['GateOpened'], ['StepStarted'], ['ReleaseStuck', {}, late]]), [away(4)])).toHaveLength(1);
  });

  it('allows for an absence in the decision that ends the step, and for no other absence', () => {
    const absence = { seconds: 5, of: ['executor'] };
    expect(checkDeadlines(finished([['GateOpened'], ['StepStarted'], ['StepCompleted', { absence }, late]]), [])).toEqual([]);
    expect(
      checkDeadlines(finished([['GateOpened'], ['StepStarted'], ['StepCompleted', { absence: { ...absence, seconds: 4 } }, late]]), []),
    ).toHaveLength(1);
    expect(checkDeadlines(finished([['GateOpened'], ['StepStarted', { absence }], ['StepCompleted', {}, late]]), [])).toHaveLength(1);
  });
});
