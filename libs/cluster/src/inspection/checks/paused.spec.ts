import { deployment } from '../../testing/fixtures';
import { inspection, running } from '../../testing/inspection';

const paused = (name: string) => {
  const live = deployment('shop:v0', 3, { paused: true });
  return running({ ...live, metadata: { ...live.metadata, name } });
};

describe('paused', () => {
  it('refuses a Deployment that a user has paused, and names the command that resumes it', () =>
    expect(inspection({ web: paused('web') }).inspected.refusal).toEqual({
      code: 'workload_paused',
      text: 'Deployment web is paused (kubectl rollout pause): resume it with kubectl rollout resume deployment/web',
    }));

  it('accepts a Deployment that is not paused', () =>
    expect(inspection({ web: running(deployment('shop:v0', 3, { paused: false })) }).inspected.refusal).toBeNull());
});
