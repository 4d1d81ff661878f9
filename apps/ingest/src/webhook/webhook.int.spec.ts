import { base64, body, files, manifest } from '../testing/deploy-body';
import { startTestIngest, type TestIngest } from '../testing/test-ingest';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
});
afterAll(() => ingest?.close());

describe('the webhook', () => {
  it('accepts the original\'s request', async () => {
    const answer = await ingest.deploy(body({ strategy: 'canary' }));
    expect(answer).toMatchObject({ status: 202, json: { project_id: 'shop', strategy: 'canary' } });
    const { release_id: id, status_url: url } = answer.json;
    expect(url).toBe(`http://127.0.0.1:${ingest.port}/api/v1/releases/${id}`);

    const { state, events } = await ingest.ledger.log.load(id);
    expect(state).toMatchObject({
      status: 'requested', project: 'shop', environment: 'production',
      request: { image: 'r.example:5000/shop/web', imageTag: 'v1', workload: 'web', replicas: 5 },
    });
    expect(events[0]).toMatchObject({ actor: { kind: 'ci', id: 'demo' }, correlationId: id, causationId: null });
    const bundle = await ingest.ledger.artifacts.open((events[0]!.data as { artifact: string }).artifact);
    expect(bundle.objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual(
      expect.arrayContaining(['Secret shop', 'Service shop', 'Deployment shop']),
    );
    expect(JSON.stringify(bundle)).toContain('r.example:5000/shop/web:v1');
  });

  it.each([
    [
      'wrapped base64 with raw line breaks inside of strings',
      () => JSON.stringify(body()).replace(base64(manifest.deployment), base64(manifest.deployment).replace(/(.{76})/g, '$1\n')),
    ],
    ['plain YAML', () => body({ files: { service: manifest.service, deployment: manifest.deployment } })],
    [
      'plain YAML with raw line breaks',
      () => JSON.stringify(body({ files: { service: manifest.service, deployment: manifest.deployment } })).replaceAll('\\n', '\n'),
    ],
    ['additional files', () => body({ files: { ...files(), config: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n' } })],
    ['the strategy rollout', () => body({ strategy: 'rollout' })],
  ])('accepts %s', async (_name, content) => expect(await ingest.deploy(content())).toMatchObject({ status: 202 }));
});
