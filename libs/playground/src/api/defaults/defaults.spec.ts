import type { PlaygroundObject } from '../../objects';
import { Store } from '../../store';
import { applyDefaults } from './defaults';

const store = new Store({ seed: 1, clock: () => new Date(0) });
const filled = (object: PlaygroundObject, live?: PlaygroundObject): PlaygroundObject => applyDefaults(object, live, store);
const deployment: PlaygroundObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: {},
    template: {
      spec: {
        containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { port: 80 } } }],
        volumes: [{ name: 'v' }, { name: 'c', configMap: { name: 'c' } }],
      },
    },
  },
};
const service = (spec: object): PlaygroundObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec,
});

describe('applyDefaults', () => {
  it('sets the defaults of a Deployment like the API server', () => {
    expect(filled(deployment).spec).toMatchObject({
      replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: {
        metadata: {},
        spec: {
          restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler',
          securityContext: {},
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              imagePullPolicy: 'Always',
              terminationMessagePolicy: 'File',
              ports: [{ containerPort: 80, protocol: 'TCP' }],
              readinessProbe: { periodSeconds: 10, failureThreshold: 3, httpGet: { path: '/', scheme: 'HTTP' } },
            },
          ],
          volumes: [{ name: 'v', emptyDir: {} }, { configMap: { defaultMode: 420 } }],
        },
      },
    });
  });

  it('sets requests to the limits in a pod, and not in the template of a Deployment', () => {
    const resources = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '0' } };
    const spec = { containers: [{ name: 'web', image: 'web', resources }] };
    const requests = (object: unknown): unknown =>
      (object as { containers: [{ resources: { requests: unknown } }] }).containers[0].resources.requests;
    const pod = filled({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec });
    const { template } = filled({ ...deployment, spec: { selector: {}, template: { spec } } }).spec as { template: { spec: unknown } };
    expect([requests(pod.spec), requests(template.spec)]).toEqual([{ cpu: '0', memory: '1Gi' }, { cpu: '0' }]);
  });

  it('sets no rolling update for Recreate', () =>
    expect(filled({ ...deployment, spec: { strategy: { type: 'Recreate' } } }).spec).toMatchObject({ strategy: { type: 'Recreate' } }));

  it('assigns a free address to a Service, keeps it later, and assigns requested node ports', () => {
    const made = filled(service({ ports: [{ port: 80 }] }));
    expect(made.spec).toMatchObject({
      type: 'ClusterIP',
      clusterIP: '10.96.0.11',
      clusterIPs: ['10.96.0.11'],
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      internalTrafficPolicy: 'Cluster',
    });
    store.create(made);
    expect((filled(service({ ports: [{ port: 80 }] })).spec as { clusterIP: string }).clusterIP).toBe('10.96.0.12');
    expect((filled(service({ ports: [{ port: 81 }] }), made).spec as { clusterIP: string }).clusterIP).toBe('10.96.0.11');
    expect(filled(service({ type: 'NodePort', ports: [{ port: 80 }, { port: 81 }] })).spec).toMatchObject({
      ports: [{ nodePort: 30_000 }, { nodePort: 30_001 }],
      externalTrafficPolicy: 'Cluster',
    });
    expect(filled(service({ clusterIP: 'None', ports: [] })).spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] });
  });

  it('encodes stringData', () => {
    expect(filled({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: 'MQ==' }, stringData: { b: '2' } })).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      type: 'Opaque',
      data: { a: 'MQ==', b: 'Mg==' },
    });
  });

  it.each([
    ['Deployment', deployment],
    ['Service', service({ type: 'LoadBalancer', ports: [{ port: 80 }] })],
  ])('does not change a %s with defaults', (_kind, object) => {
    const once = filled(object);
    expect(filled(once, once)).toEqual(once);
  });
});
