import { shownUrl } from './shown-url';

describe('shownUrl', () => {
  it.each([
    [
      'https://10.0.0.1:6443/apis/apps/v1/namespaces/shop',
      { protocol: 'https:', hostname: '10.0.0.1', port: 6443, path: '/apis/apps/v1/namespaces/shop?fieldManager=alloy' },
    ],
    [
      'https://hooks.slack.com/services/T0/B0/hunter2',
      { protocol: 'https:', host: 'hooks.slack.com', path: '/services/T0/B0/hunter2', auth: 'user:hunter2' },
    ],
    ['http://[::1]:8080/', { protocol: 'http:', hostname: '::1', port: '8080' }],
    ['http://collector:8080/', { host: 'collector:8080' }],
    ['http://localhost/', {}],
  ])('returns %s, without login and query', (shown, options) => {
    expect(shownUrl(options, false)).toBe(shown);
  });

  it('omits a secret path', () => {
    const slack = { protocol: 'https:', hostname: 'hooks.slack.com', path: '/services/T0/B0/hunter2?x=hunter2' };
    expect(shownUrl(slack, true)).toBe('https://hooks.slack.com/REDACTED');
  });
});
