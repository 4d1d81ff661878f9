import { proxyFor } from './proxy-for';

const proxy = 'http://proxy.test:3128';

it.each<[string, string | undefined, boolean]>([
  ['https://kube.test:6443', undefined, true],
  ['http://kube.test:8080', undefined, false],
  ['https://127.0.0.1:6443', undefined, false],
  ['https://[::1]:6443', undefined, false],
  ['https://localhost:6443', undefined, false],
  ['https://kube.test:6443', '*', false],
  ['https://kube.test:6443', 'other.test, KUBE.test', false],
  ['https://a.kube.test', 'kube.test', false],
  ['https://a.kube.test', '.kube.test', false],
  ['https://a.kube.test', '*.kube.test', false],
  ['https://akube.test', 'kube.test', true],
  ['https://kube.test:6443', 'kube.test:6443', false],
  ['https://10.1.2.3', '10.0.0.0/8', false],
  ['https://11.1.2.3', '10.0.0.0/8', true],
  ['https://10.1.2.3', '10.1.2.3', false],
  ['https://10.1.2.3', '10.1.2.4', true],
  ['https://[fd00::1]', 'fd00::/8', false],
  ['https://[fd00::1]', '10.0.0.0/8', true],
  ['https://10.1.2.3', '10.0.0.0/99', true],
  ['https://kube.test', '10.0.0.0/8,', true],
])('proxyFor decides for %s with NO_PROXY=%s whether it is called through the proxy: %s', (server, noProxy, isProxied) =>
  expect(proxyFor(server, { httpsProxy: proxy, noProxy })).toBe(isProxied ? proxy : undefined),
);

it('proxyFor returns undefined without HTTPS_PROXY', () => expect(proxyFor('https://kube.test', {})).toBeUndefined());
