import { readRequests } from '@alloy/analysis';
import { MetricsPage } from '../libs/playground/src/pods/pages/metrics-page';
import { pageStyles } from '../libs/playground/src/pods/pages/page-styles';

const TEXT = 'text/plain;version=0.0.4';
const read = (page: MetricsPage) => readRequests(page.answer(1, TEXT).text);
const counting = Object.keys(pageStyles).filter((name) => name !== 'none' && name !== 'missing');
/** The styles whose real page counts each read of it as a request. */
const countingReads = ['spring', 'opentelemetry', 'echo', 'django'];

describe('the metrics page of a playground container', () => {
  it.each(counting)('in the style of %s counts the answered requests from the first read on', (name) => {
    const page = new MetricsPage(name, 1_000);
    expect(read(page)).toMatchObject({ kind: 'counts', requests: 0, errors: 0, processStartTime: 1_000 });
    for (const code of [200, 200, 404, 500, 503]) page.observe(code, 0.01);
    const ownReads = countingReads.includes(name) ? 1 : 0;
    expect(read(page)).toMatchObject({ kind: 'counts', requests: 5 + ownReads, errors: 2 });
  });

  it('has no series of requests in the style none', () => expect(read(new MetricsPage('none', 1))).toMatchObject({ kind: 'noSeries' }));

  it('answers 406 in the style of Spring Boot to a client that accepts JSON only', () => {
    const page = new MetricsPage('spring', 1);
    expect(page.path).toBe('/actuator/prometheus');
    expect([page.answer(1, 'application/json').status, page.answer(1, TEXT).status, page.answer(1, undefined).status]).toEqual([
      406, 200, 200,
    ]);
  });

  it('comes from several workers in turn, each with its own counts and start time', () => {
    const page = new MetricsPage('default-workers-3', 1_000);
    for (let i = 0; i < 4; i++) page.observe(i === 0 ? 500 : 200, 0.01);
    expect([read(page), read(page), read(page), read(page)]).toMatchObject([
      { requests: 2, errors: 1, processStartTime: 1_000 },
      { requests: 1, errors: 0, processStartTime: 1_000.01 },
      { requests: 1, errors: 0, processStartTime: 1_000.02 },
      { requests: 2, errors: 1 },
    ]);
  });

  it('refuses an unknown style and lists the known ones', () =>
    expect(() => new MetricsPage('sprnig', 1)).toThrow(/must be one of default, spring/));
});
