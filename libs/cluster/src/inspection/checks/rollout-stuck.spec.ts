import { RELEASE_LABEL } from '@alloy/contracts';
import type { Deployment } from '../../json';
import { ALLOY_MANAGER, type ManagedFields } from '../../managed-fields';
import { deployment } from '../../testing/fixtures';
import { inspection, running } from '../../testing/inspection';

const overdue = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' } as const;
const image = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:image': {} } } } } } };
const labels = { 'f:spec': { 'f:template': { 'f:metadata': { 'f:labels': { 'f:app': {} } } } } };
const entry = (manager: string): ManagedFields => ({
  manager,
  operation: manager === ALLOY_MANAGER ? 'Apply' : 'Update',
  apiVersion: 'apps/v1',
  fieldsV1: manager === ALLOY_MANAGER ? labels : image,
});

function live({ status, release, managers = ['kubectl-set'] }: {
  readonly status: Deployment['status'];
  readonly release?: string;
  readonly managers?: readonly string[];
}): Deployment {
  const web = deployment('shop:broken', 3);
  const { template } = web.spec;
  const podLabels = { ...template.metadata?.labels, ...(release !== undefined && { [RELEASE_LABEL]: release }) };
  return {
    ...web,
    metadata: { ...web.metadata, managedFields: managers.map(entry) },
    spec: { ...web.spec, template: { ...template, metadata: { labels: podLabels } } },
    status,
  };
}
const stuck: Deployment['status'] = { replicas: 4, updatedReplicas: 1, conditions: [overdue] };
const refusal = (web: Deployment) => inspection({ web: running(web) }).inspected.refusal;

describe('rolloutStuck', () => {
  it('refuses a Deployment in which a rollout by others has failed while older pods serve', () =>
    expect(refusal(live({ status: stuck }))).toEqual({
      code: 'rollout_stuck',
      text:
        'a rollout of Deployment web has failed (ProgressDeadlineExceeded) and 3 of its 4 pods have an older template: ' +
        'finish it, or undo it with kubectl rollout undo deployment/web',
    }));

  it('refuses it as well if another client has changed the template of a release', () =>
    expect(refusal(live({ status: stuck, release: 'R1', managers: [ALLOY_MANAGER, 'kubectl-set'] }))?.code).toBe('rollout_stuck'));

  const progressing: Deployment['status'] = { ...stuck, conditions: [{ type: 'Progressing', status: 'True' }] };
  const missing = [{ kind: 'Secret', name: 'token' }] as const;

  it('refuses it before that if its pods need what does not exist, unless there is a recorded version to roll back to', () => {
    const web = running(live({ status: progressing }));
    expect(inspection({ web }, { missing }).inspected.refusal).toEqual({
      code: 'rollout_stuck',
      text:
        'a rollout of Deployment web cannot finish, because its pods need Secret token, and 3 of its 4 pods have an older template: ' +
        'create it, or undo it with kubectl rollout undo deployment/web',
    });
    expect(inspection({ web }, { missing, hasStable: true }).inspected.refusal).toBeNull();
  });

  it.each<[string, Deployment]>([
    ['a rollout that Alloy has started, which the release may repair', live({ status: stuck, release: 'R1', managers: [ALLOY_MANAGER] })],
    ['a rollout that still makes progress', live({ status: progressing })],
    ['a Deployment without older pods', live({ status: { ...stuck, replicas: 3, updatedReplicas: 3 } })],
    ['a Deployment without a status', live({ status: undefined })],
  ])('accepts %s', (_what, web) => expect(refusal(web)).toBeNull());
});
