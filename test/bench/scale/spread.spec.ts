import { spreadOf } from './spread';

describe('the spread of the durations of releases', () => {
  it('is the ratio of the slowest duration to the median', () => {
    expect(spreadOf([10, 20, 30, 40, 70], 5)).toEqual({ ratio: 70 / 30, text: 'p50 30 s, p90 70 s, p99 70 s, slowest 70 s.' });
  });

  it('is infinite if a release has not ended', () => {
    expect(spreadOf([10, 20, 30, 40], 5)).toEqual({ ratio: Infinity, text: 'p50 30 s, p90 not ended, p99 not ended, slowest not ended.' });
  });
});
