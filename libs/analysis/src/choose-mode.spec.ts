import { chooseMode, type PageProbe, type ProbeResult } from './choose-mode';

const probe = (result: ProbeResult, pod = 'web-1'): PageProbe => ({ pod, result, port: 8080, path: '/metrics', status: 200, requests: null, row: null, detail: `answered ${result}` });

describe('chooseMode', () => {
  it.each<[string, string, string, readonly PageProbe[]]>([
    ['a page with request series', 'metrics', 'request_metrics_found', [probe('requests')]],
    ['a page without one', 'health', 'no_request_metrics', [probe('no_requests')]],
    ['no port at all', 'health', 'no_request_metrics', [probe('no_port')]],
    ['annotations that forbid it', 'health', 'no_request_metrics', [probe('opted_out')]],
    ['no page where none was promised', 'health', 'no_request_metrics', [probe('absent')]],
    ['a page that could not be read', 'metrics', 'metrics_unread', [probe('unread')]],
    ['no stable pod that was ready', 'metrics', 'metrics_unread', []],
    ['series on one pod of several', 'metrics', 'request_metrics_found', [probe('no_requests'), probe('unread'), probe('requests')]],
    ['one unread page among pods without series', 'metrics', 'metrics_unread', [probe('no_requests'), probe('unread')]],
  ])('finds %s and chooses %s (%s)', (_, mode, code, probes) => expect(chooseMode(probes)).toMatchObject({ mode, code }));

  it('says what it found and how to have it otherwise', () => {
    expect(chooseMode([probe('requests', 'web-7')]).text).toBe('judged by metrics: stable pod web-7 answered requests');
    expect(chooseMode([probe('no_port')]).text).toContain('judged by health alone, no metrics are judged: stable pod web-1 answered no_port; serve request metrics');
    expect(chooseMode([probe('unread')]).text).toContain('analysis: {mode: health}');
  });
});
