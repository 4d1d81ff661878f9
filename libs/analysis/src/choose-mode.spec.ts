import { chooseMode, type PageProbe, type ProbeResult } from './choose-mode';

const probe = (result: ProbeResult, pod = 'web-1'): PageProbe => ({ pod, result, port: 8080, path: '/metrics', status: 200, requests: null, row: null, detail: `answered ${result}` });

describe('chooseMode', () => {
  it.each<[string, readonly PageProbe[], string, string]>([
    ['a page with request series', [probe('requests')], 'metrics', 'request_metrics_found'],
    ['a page without one', [probe('no_requests')], 'health', 'no_request_metrics'],
    ['no port at all', [probe('no_port')], 'health', 'no_request_metrics'],
    ['annotations that forbid it', [probe('opted_out')], 'health', 'no_request_metrics'],
    ['no page where none was promised', [probe('absent')], 'health', 'no_request_metrics'],
    ['a page that could not be read', [probe('unread')], 'metrics', 'metrics_unread'],
    ['no stable pod that was ready', [], 'metrics', 'metrics_unread'],
    ['series on one pod of several', [probe('no_requests'), probe('unread'), probe('requests')], 'metrics', 'request_metrics_found'],
    ['one unread page among pods without series', [probe('no_requests'), probe('unread')], 'metrics', 'metrics_unread'],
  ])('of %s makes the mode %s… %s', (_, probes, mode, code) => expect(chooseMode(probes)).toMatchObject({ mode, code }));

  it('says what it found and how to have it otherwise', () => {
    expect(chooseMode([probe('requests', 'web-7')]).text).toBe('judged by metrics: stable pod web-7 answered requests');
    expect(chooseMode([probe('no_port')]).text).toContain('judged by health alone, no metrics are judged: stable pod web-1 answered no_port; serve request metrics');
    expect(chooseMode([probe('unread')]).text).toContain('analysis: {mode: health}');
  });
});
