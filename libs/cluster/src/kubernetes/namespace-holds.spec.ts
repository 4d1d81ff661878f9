import { ClusterError } from '../errors';
import { NamespaceHolds } from './namespace-holds';

const limited = (status: number, retryAfterSeconds?: number): ClusterError =>
  new ClusterError(status === 429 ? 'too_many_requests' : 'server_error', `GET web: ${status}`, {
    status,
    ref: 'GET web',
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/web';
const PODS = '/api/v1/namespaces/shop/pods/web-1:8080/proxy/metrics';

function world() {
  const clock = { ms: 1_000 };
  const holds = new NamespaceHolds(() => clock.ms);
  const refused = (path: string): unknown => {
    try {
      holds.check(path);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  return { clock, holds, refused };
}

describe('holds of namespaces', () => {
  it.each([429, 503])('refuse every request to a namespace after %i with Retry-After, until its time has passed', (status) => {
    const { clock, holds, refused } = world();
    holds.take(DEPLOYMENT, limited(status, 8));
    clock.ms += 3_000;
    expect(refused(PODS)).toMatchObject({ message: `GET web: ${status}`, details: { status, retryAfterSeconds: 5 } });
    clock.ms += 5_000;
    expect(refused(PODS)).toBeUndefined();
  });

  it('do not affect other namespaces or requests outside any namespace', () => {
    const { holds, refused } = world();
    holds.take(DEPLOYMENT, limited(429, 8));
    expect(['/apis/apps/v1/namespaces/toys/deployments/web', '/api/v1/pods'].map(refused)).toEqual([undefined, undefined]);
    holds.take('/api/v1/pods', limited(429, 8));
    expect(refused('/apis/apps/v1/deployments')).toMatchObject({ code: 'too_many_requests' });
  });

  it('last as long as the longest Retry-After', () => {
    const { clock, holds, refused } = world();
    holds.take(DEPLOYMENT, limited(429, 8));
    holds.take(PODS, limited(429, 1));
    clock.ms += 2_000;
    expect(refused(DEPLOYMENT)).toMatchObject({ details: { retryAfterSeconds: 6 } });
  });

  it.each([
    ['without Retry-After', limited(429)],
    ['with another status than 429 or 503', limited(500, 1)],
    ['with another code', new ClusterError('unreachable', 'GET web: ECONNREFUSED')],
    ['that is no ClusterError', new Error('bug')],
  ])('ignore an error %s', (_what, error) => {
    const { holds, refused } = world();
    holds.take(DEPLOYMENT, error);
    expect(refused(DEPLOYMENT)).toBeUndefined();
  });
});
