import type { Story, Version } from './story';
import { shortPolicy } from './stories';
import { deployment, service } from './workload';

const stage = { weight: 50, duration: 2 };
/** The mode is `auto`, as by default. */
export const httpsPolicies = {
  tls: { ...shortPolicy, stages: [{ ...stage, deadline: 60 }] },
  'no-tls': { ...shortPolicy, stages: [{ ...stage, deadline: 20 }] },
};

/** Pods with a port for users and one for metrics, whose name implies TLS; `speaksTls`: whether it serves TLS. */
const version = ({ speaksTls }: { readonly speaksTls: boolean }): Version => {
  const ports = [{ name: 'http', containerPort: 8080 }, { name: 'https-metrics', containerPort: 8443 }];
  return {
    deployment: deployment({ container: { ports, env: speaksTls ? [{ name: 'PLAYGROUND_TLS', value: '8443' }] : [] } }),
    service: service(120),
  };
};

/** The canary is judged by the requests on a page that is served only over TLS. */
export async function isReadOverTls(shop: Story): Promise<void> {
  const secure = version({ speaksTls: true });
  expect(await shop.release('v1', secure)).toMatchObject({ status: 'promoted', strategy: 'rollout' });
  const release = await shop.release('v2', secure);
  expect(release).toMatchObject({
    status: 'promoted',
    strategy: 'canary',
    analysis: { mode: 'metrics', reason: { code: 'request_metrics_found', text: expect.stringContaining('port 8443') } },
  });
  expect(release.verdicts.at(-1)).toMatchObject({ code: 'within_limits', numbers: { canaryErrors: 0 } });
  expect(release.verdicts.at(-1)!.numbers['canaryRequests']).toBeGreaterThanOrEqual(shortPolicy.analysis.minRequests);
  const bad = await shop.release('v3-errors', secure);
  expect(bad).toMatchObject({ status: 'rolledBack', reason: { code: 'error_rate' } });
  await shop.onlyRuns('v2');
}

/**
 * A page that cannot be read because of a TLS failure never passes: the mode is metrics, and missing data rolls the
 * release back.
 */
export async function failsWithoutTls(shop: Story): Promise<void> {
  const plain = version({ speaksTls: false });
  expect(await shop.release('v1', plain)).toMatchObject({ status: 'promoted' });
  const release = await shop.release('v2', plain);
  expect(release).toMatchObject({
    status: 'rolledBack',
    reason: { code: 'no_metrics_endpoint' },
    analysis: { mode: 'metrics', reason: { code: 'metrics_unread', text: expect.stringContaining('error trying to reach service') } },
  });
  await shop.onlyRuns('v1');
}
