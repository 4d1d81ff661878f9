import { rarely } from './rarely';

describe('rarely', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('logs the first error, then one per period with the number in between', () => {
    const log = jest.fn();
    const report = rarely(log, 10_000);
    const error = new Error('away');
    for (let i = 0; i < 5; i++) report(error);
    jest.advanceTimersByTime(10_000);
    report(error);
    expect(log.mock.calls).toEqual([[error, 1], [error, 5]]);
  });
});
