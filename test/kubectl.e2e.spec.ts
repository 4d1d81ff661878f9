import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlayground, type Playground } from '@alloy/playground';
import { run } from '../apps/cli/src/run';
import { fakeIo } from '../apps/cli/src/testing/fake-io';
import { findKubectl } from './kubectl/find-kubectl';
import { Kubectl } from './kubectl/kubectl';
import { eventually } from './support/eventually';

const manifest = (image: string, replicas = 2): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: ${image}
          ports: [{name: http, containerPort: 8080}]
          env: [{name: GREETING, value: hello}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue}
`;

/** A table in which hashes, ages and addresses, which differ from run to run, are replaced. */
const golden = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .trimEnd()
        .replace(/web-[a-z0-9]{8,10}(-[a-z0-9]{5})?\b/g, (_all, pod: string | undefined) =>
          pod === undefined ? 'web-HASH' : 'web-HASH-POD',
        )
        .replace(/pod-template-hash=\w+/g, 'pod-template-hash=HASH')
        .replace(/\b10\.\d+\.\d+\.\d+\b/g, 'IP')
        .replace(/(?<=\s)\d+(s|m\d*s?)(?=\s|$)/g, 'AGE')
        .replace(/ {2,}/g, '  '),
    );

describe('kubectl on the playground', () => {
  const home = mkdtempSync(join(tmpdir(), 'alloy-kubectl-'));
  let playground: Playground;
  let kubectl: Kubectl;

  beforeAll(async () => {
    const binary = await findKubectl();
    playground = await startPlayground({ home: join(home, 'playground'), timings: { podStart: 50, drain: 60 } });
    kubectl = new Kubectl(binary, playground.kubeconfigPath, home);
  }, 900_000);
  afterAll(async () => {
    kubectl?.stop();
    await playground?.stop();
    rmSync(home, { recursive: true });
  });

  const apply = (text: string): Promise<string> => kubectl.output(['apply', '-f', '-'], text);
  const rolledOut = (): Promise<string> => kubectl.output(['rollout', 'status', 'deployment/web', '--timeout=30s']);

  it('applies with its default validation: creates, leaves unchanged, then updates only what has changed', async () => {
    expect(await apply(manifest('shop/web:v1'))).toBe('deployment.apps/web created\nservice/web created\nconfigmap/settings created\n');
    expect(await apply(manifest('shop/web:v1'))).toBe(
      'deployment.apps/web unchanged\nservice/web unchanged\nconfigmap/settings unchanged\n',
    );
    expect(await rolledOut()).toContain('deployment "web" successfully rolled out\n');
    expect(await apply(manifest('shop/web:v2').replace('blue', 'red'))).toBe(
      'deployment.apps/web configured\nservice/web unchanged\nconfigmap/settings configured\n',
    );
    expect(await rolledOut()).toContain('deployment "web" successfully rolled out\n');
    expect(await kubectl.output(['get', 'cm', 'settings', '-o', 'jsonpath={.data.colour}'])).toBe('red');
  });

  it('pipes a pod\'s metrics page to alloy metrics inspect', async () => {
    // Pods of the previous version may still be terminating.
    const { items } = JSON.parse(await kubectl.output(['get', 'pods', '-l', 'app=web', '-o', 'json'])) as {
      readonly items: ReadonlyArray<{ readonly metadata: { readonly name: string; readonly deletionTimestamp?: string } }>;
    };
    const pod = `pod/${items.find(({ metadata }) => metadata.deletionTimestamp === undefined)?.metadata.name}`;
    const execute = (_command: string, args: readonly string[]) => kubectl.run(args);
    const { io, out, err } = fakeIo({ execute });
    expect({ code: await run(['metrics', 'inspect', pod, '--namespace', 'default', '-o', 'json'], io), err: err() }).toEqual({
      code: 0,
      err: '',
    });
    expect(JSON.parse(out())).toMatchObject({
      source: expect.stringMatching(/^pod default\/web-\S+ at http port 8080, \/metrics$/),
      result: 'counts',
      metric: 'http_requests_total',
      row: 'http-requests',
    });
    const lost = fakeIo({ execute });
    expect(await run(['metrics', 'inspect', 'no-such-pod', '-n', 'default'], lost.io)).toBe(1);
    expect(lost.err()).toContain('pods "no-such-pod" not found');
  });

  it('fails for a manifest with an unknown field and for one that the server refuses', async () => {
    const workload = manifest('shop/web:v2').split('---')[0] ?? '';
    const misspelt = await kubectl.run(['apply', '-f', '-'], workload.replace('replicas:', 'replica:'));
    expect([misspelt.code, misspelt.stderr]).toEqual([1, expect.stringContaining('strict decoding error: unknown field "spec.replica"')]);
    const immutable = await kubectl.run(['apply', '-f', '-'], workload.replaceAll('{app: web}', '{app: other}'));
    expect(immutable.stderr).toContain('The Deployment "web" is invalid: spec.selector: Invalid value:');
    expect(immutable.stderr).toContain('field is immutable');
  });

  it('gets each kind with its usual columns', async () => {
    await eventually(async () => expect(golden(await kubectl.output(['get', 'pods', '-o', 'wide']))).toEqual([
      'NAME  READY  STATUS  RESTARTS  AGE  IP  NODE  NOMINATED NODE  READINESS GATES',
      'web-HASH-POD  1/1  Running  0  AGE  IP  playground  <none>  <none>',
      'web-HASH-POD  1/1  Running  0  AGE  IP  playground  <none>  <none>',
    ]));
    expect(golden(await kubectl.output(['get', 'deployments', '-o', 'wide']))).toEqual([
      'NAME  READY  UP-TO-DATE  AVAILABLE  AGE  CONTAINERS  IMAGES  SELECTOR',
      'web  2/2  2  2  AGE  web  shop/web:v2  app=web',
    ]);
    expect(golden(await kubectl.output(['get', 'rs', '-o', 'wide', '--sort-by=.spec.replicas']))).toEqual([
      'NAME  DESIRED  CURRENT  READY  AGE  CONTAINERS  IMAGES  SELECTOR',
      'web-HASH  0  0  0  AGE  web  shop/web:v1  app=web,pod-template-hash=HASH',
      'web-HASH  2  2  2  AGE  web  shop/web:v2  app=web,pod-template-hash=HASH',
    ]);
    expect(golden(await kubectl.output(['get', 'services', '-o', 'wide']))).toEqual([
      'NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE  SELECTOR',
      'web  ClusterIP  IP  <none>  80/TCP  AGE  app=web',
    ]);
    expect(golden(await kubectl.output(['get', 'cm', 'settings']))).toEqual(['NAME  DATA  AGE', 'settings  1  AGE']);
    expect(golden(await kubectl.output(['get', 'ns', 'default']))).toEqual(['NAME  STATUS  AGE', 'default  Active  AGE']);
    expect(golden(await kubectl.output(['get', 'nodes']))[0]).toBe('NAME  STATUS  ROLES  AGE  VERSION');
    expect(golden(await kubectl.output(['get', 'events']))[0]).toBe('LAST SEEN  TYPE  REASON  OBJECT  MESSAGE');
    expect(golden(await kubectl.output(['get', 'endpointslices']))[0]).toBe('NAME  ADDRESSTYPE  PORTS  ENDPOINTS  AGE');
  });

  it('gets objects by label and field selectors', async () => {
    expect(
      (await kubectl.output(['get', 'pods', '-l', 'app in (web),!absent', '--field-selector', 'status.phase=Running', '-o', 'name']))
        .trimEnd()
        .split('\n'),
    ).toHaveLength(2);
    expect(await kubectl.output(['get', 'pods', '-l', 'app!=web', '-o', 'name'])).toBe('');
  });

  it('describes a Deployment', async () => {
    const deployment = await kubectl.output(['describe', 'deployment', 'web']);
    expect(deployment).toMatch(/^Replicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable$/m);
    expect(deployment).toMatch(/^NewReplicaSet: +web-\w+ \(2\/2 replicas created\)$/m);
    expect(deployment).toMatch(/ScalingReplicaSet .*deployment-controller .*Scaled up replica set/);
    const pods = await kubectl.output(['describe', 'pods', '-l', 'app=web', '--show-events']);
    expect(pods).toMatch(/^Controlled By: +ReplicaSet\/web-/m);
    expect(pods).toMatch(/Normal +Started +\S+ +kubelet +Started container web/);
    expect(await kubectl.output(['describe', 'service', 'web'])).toMatch(/^Endpoints: +\S+:\d+,\S+:\d+$/m);
  });

  it('watches a Deployment while it scales', async () => {
    const watch = kubectl.follow(['get', 'deployment', 'web', '-w']);
    await eventually(() => expect(watch.lines.length).toBeGreaterThanOrEqual(2));
    expect(await kubectl.output(['scale', 'deployment', 'web', '--replicas=3', '--current-replicas=2'])).toBe(
      'deployment.apps/web scaled\n',
    );
    await eventually(() => expect(golden(watch.lines.join('\n'))).toContain('web  3/3  3  3  AGE'));
    await watch.stop();
    const lines = golden(watch.lines.join('\n'));
    expect(lines.slice(0, 2)).toEqual(['NAME  READY  UP-TO-DATE  AVAILABLE  AGE', 'web  2/2  2  2  AGE']);
    expect(lines.filter((line) => line.startsWith('NAME'))).toHaveLength(1);
    expect(lines).toContain('web  2/3  2  2  AGE');
    expect((await kubectl.run(['scale', 'deployment', 'web', '--replicas=4', '--current-replicas=9'])).stderr).toContain(
      'Expected replicas to be 9, was 3',
    );
  });

  it('shows the status of a rollout and undoes it', async () => {
    await kubectl.output(['set', 'image', 'deployment/web', 'web=shop/web:v3-nopull']);
    const stuck = await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=1s']);
    expect([stuck.code, stuck.stderr]).toEqual([1, expect.stringContaining('timed out waiting for the condition')]);
    await eventually(async () =>
      expect(golden(await kubectl.output(['get', 'pods'])).join('\n')).toMatch(
        /web-HASH-POD {2}0\/1 {2}(ErrImagePull|ImagePullBackOff) {2}0 {2}AGE/,
      ),
    );
    expect(await kubectl.output(['rollout', 'undo', 'deployment/web'])).toBe('deployment.apps/web rolled back\n');
    expect(await rolledOut()).toContain('successfully rolled out');
  });

  it('applies on the server and prints the field manager with which it conflicts', async () => {
    const text = manifest('shop/web:v2', 5);
    const conflict = await kubectl.run(['apply', '--server-side', '--field-manager=ci', '-f', '-'], text);
    expect([conflict.code, conflict.stderr]).toEqual([1, expect.stringContaining('.spec.replicas')]);
    expect(await kubectl.output(['apply', '--server-side', '--force-conflicts', '--field-manager=ci', '-f', '-'], text)).toContain(
      'deployment.apps/web serverside-applied\n',
    );
    expect(await kubectl.output(['get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}'])).toBe('5');
  });

  it('explains a field', async () => {
    expect(await kubectl.output(['explain', 'deployment.spec.replicas'])).toMatch(/FIELD: replicas <integer>/);
  });

  it('sends the protobuf requests of its typed commands', async () => {
    expect(await kubectl.output(['create', 'namespace', 'shop'])).toBe('namespace/shop created\n');
    expect(await kubectl.output(['create', 'secret', 'generic', 'login', '-n', 'shop', '--from-literal=user=me'])).toBe(
      'secret/login created\n',
    );
    expect(await kubectl.output(['get', 'secret', 'login', '-n', 'shop', '-o', 'jsonpath={.data.user}'])).toBe('bWU=');
    expect(await kubectl.output(['create', 'deployment', 'api', '-n', 'shop', '--image=shop/api:v1', '--replicas=0'])).toBe(
      'deployment.apps/api created\n',
    );
    expect(
      await kubectl.output([
        'get', 'deployment', 'api', '-n', 'shop', '-o',
        'jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image}',
      ]),
    ).toBe('0 shop/api:v1');
    expect(await kubectl.output(['auth', 'can-i', 'create', 'pods'])).toBe('yes\n');
    expect(await kubectl.output(['delete', 'namespace', 'shop'])).toBe('namespace "shop" deleted\n');
  });

  it('deletes objects and waits until they are gone', async () => {
    expect(await kubectl.output(['delete', '-f', '-'], manifest('shop/web:v2'))).toBe(
      ['deployment.apps "web"', 'service "web"', 'configmap "settings"'].map((what) => `${what} deleted from default namespace\n`).join(''),
    );
    await eventually(async () => expect(await kubectl.output(['get', 'pods,rs', '-o', 'name'])).toBe(''));
    const missing = await kubectl.run(['get', 'deployment', 'web']);
    expect([missing.code, missing.stderr]).toEqual([1, 'Error from server (NotFound): deployments.apps "web" not found\n']);
  });
});
