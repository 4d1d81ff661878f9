import type { Logger } from 'pino';
import { forgedLog } from './forged-log';

describe('forgedLog', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('logs the first forged message of each reason, then one line a minute with their number', () => {
    const lines: unknown[] = [];
    const report = forgedLog({ error: (line: unknown) => lines.push(line) } as unknown as Logger);
    for (let i = 0; i < 100; i++) report({ reason: 'bad_subject', subject: `alloy.event.${i}` });
    report({ reason: 'bad_payload', subject: 'alloy.event.decision.StepStarted.release-1' });
    jest.advanceTimersByTime(60_000);
    report({ reason: 'bad_subject', subject: 'alloy.event.last' });
    expect(lines).toEqual([
      { alert: 'forged_message', reason: 'bad_subject', subject: 'alloy.event.0', times: 1 },
      { alert: 'forged_message', reason: 'bad_payload', subject: 'alloy.event.decision.StepStarted.release-1', times: 1 },
      { alert: 'forged_message', reason: 'bad_subject', subject: 'alloy.event.last', times: 100 },
    ]);
  });
});
