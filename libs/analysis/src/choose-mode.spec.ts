import { chooseMode, type PageProbe, type ProbeResult } from './choose-mode';

const probe = (result: ProbeResult, pod = 'web-1'): PageProbe => ({
  pod, result, port: 8080, path: '/metrics', status: 200, requests: null, row: null,
  detail: `answered ${result}`,
});

describe('chooseMode', () => {
  it.each<[string, string, string, readonly PageProbe[]]>([
    ['a page with request series', 'metrics', 'request_metrics_found', [probe('requests')]],
    ['a page without one', 'health', 'no_request_metrics', [probe('no_requests')]],
    ['no port at all', 'health', 'no_request_metrics', [probe('no_port')]],
    ['annotations that forbid it', 'health', 'no_request_metrics', [probe('opted_out')]],
    ['no page and no announcement of one', 'health', 'no_request_metrics', [probe('absent')]],
    ['a page that could not be read', 'metrics', 'metrics_unread', [probe('unread')]],
    ['no ready stable pod', 'metrics', 'metrics_unread', []],
    ['series on one pod of several', 'metrics', 'request_metrics_found', [probe('no_requests'), probe('unread'), probe('requests')]],
    ['one unread page among pods without series', 'metrics', 'metrics_unread', [probe('no_requests'), probe('unread')]],
  ])('finds %s and chooses %s (%s)', (_, mode, code, probes) => expect(chooseMode(probes)).toMatchObject({ mode, code }));

  it('names the result and how to change the mode', () => {
    expect(chooseMode([probe('requests', 'web-7')]).text).toBe('judged by metrics: stable pod web-7 answered requests');
    expect(chooseMode([probe('no_port')]).text).toContain(
      'judged by health alone, without metrics: stable pod web-1 answered no_port; serve request metrics',
    );
    expect(chooseMode([probe('unread')]).text).toContain('analysis: {mode: health}');
  });

  it('names the pod that decided and what to do', () => {
    const texts = (...probes: PageProbe[]) => [chooseMode(probes).text, chooseMode(probes).probe];
    const [none, unread] = [probe('no_requests', 'web-2'), probe('unread', 'web-3')];
    expect(texts(none, unread)).toEqual([
      'judged by metrics although no page could be read: stable pod web-3 answered unread; make the page readable, or set `analysis: {mode: health}`',
      unread,
    ]);
    expect(texts()).toEqual([
      'judged by metrics although no page was read: no stable pod was ready; make the page readable, or set `analysis: {mode: health}`',
      null,
    ]);
    expect(texts(none)).toEqual([
      'judged by health alone, without metrics: stable pod web-2 answered no_requests; serve request metrics, or set `analysis: {mode: metrics}` to refuse a canary without them',
      none,
    ]);
    const found = probe('requests', 'web-4');
    expect(texts(none, found)).toEqual(['judged by metrics: stable pod web-4 answered requests', found]);
  });
});
