import { bootstrap } from '@alloy/ledger';
import { base64, body, files, manifest } from '../testing/deploy-body';
import { startTestIngest, type TestIngest } from '../testing/test-ingest';
import { playRelease } from '../testing/play-release';
import { openRegistry, type LocalRegistry } from '../testing/local-registry';
import { deployed, refuses } from '../testing/refusals';

let ingest: TestIngest;
let registry: LocalRegistry;
beforeAll(async () => {
  registry = await openRegistry();
  ingest = await startTestIngest({ ALLOY_ALLOW_LOOPBACK: 'true' });
});
afterAll(async () => {
  await ingest?.close();
  await registry?.close();
});

const latest = (rest: object = {}) =>
  body({
    image_tag: 'latest',
    files: { ...files(), deployment: base64(manifest.deployment.replace('r.example:5000', registry.host)) },
    ...rest,
  });

async function accepted(content: unknown) {
  const answer = await ingest.deploy(content);
  expect(answer).toMatchObject({ status: 202 });
  const { events } = await ingest.ledger.log.load(answer.json.release_id);
  const data = events[0]!.data as { artifact: string; imageDigest?: string };
  const { json } = await ingest.call(`/api/v1/releases/${answer.json.release_id}`);
  return { data, view: json, bundle: JSON.stringify(await ingest.ledger.artifacts.open(data.artifact)) };
}

describe('a digest for a tag', () => {
  const digest = `sha256:${'0a'.repeat(32)}`;

  it('is the stable version after its promotion', async () => {
    const { json } = await ingest.deploy(body({ image_tag: `v2@${digest}` }));
    await playRelease(ingest, json.release_id);
    const expected = { image: 'r.example:5000/shop/web', imageTag: `v2@${digest}` };
    expect((await ingest.call('/api/v1/projects/shop/stable')).json).toMatchObject({ ...expected, releaseId: json.release_id });
  });

  it.each([
    [digest, `/shop/web@${digest}`],
    [`v1@${digest}`, `/shop/web:v1@${digest}`],
    [`latest@${digest}`, `/shop/web:latest@${digest}`],
  ])('%s is deployed, recorded and shown without asking the registry', async (tag, image) => {
    const { data, view, bundle } = await accepted(body({ image_tag: tag, resolve_digest: true }));
    expect(bundle).toContain(`"r.example:5000${image}"`);
    expect(data).toMatchObject({ image: 'r.example:5000/shop/web', imageTag: tag, imageDigest: digest });
    expect(view).toMatchObject({ imageTag: tag, imageDigest: digest });
  });

  it('is refused with the wrong character', async () => {
    const { json } = await ingest.deploy(body({ image_tag: `v1@${digest.replace('0a', '0A')}` }));
    expect(json).toMatchObject({ code: 'invalid_value', pointer: '/image_tag' });
    expect(json.detail).toContain('character 12 is an upper-case letter');
  });
});

describe('the tag latest', () => {
  it('is resolved once if the request sets it, and its digest is deployed and recorded', async () => {
    const digest = registry.push('latest');
    const { data, view, bundle } = await accepted(latest({ resolve_digest: true }));
    registry.push('latest');
    expect(data).toMatchObject({ image: `${registry.host}/shop/web`, imageTag: 'latest', imageDigest: digest });
    expect(bundle).toContain(`"${registry.host}/shop/web:latest@${digest}"`);
    expect(view).toMatchObject({ imageTag: 'latest', imageDigest: digest });
  });

  it('is resolved if the policy sets it, unless the request disables it', async () => {
    await bootstrap({
      databaseUrl: ingest.database.url, user: 'demo', project: 'shop',
      policy: { namespace: 'shop', resolveDigest: true },
    });
    const digest = registry.push('latest');
    expect((await accepted(latest())).data.imageDigest).toBe(digest);
    expect(await ingest.deploy(latest({ resolve_digest: false }))).toMatchObject({
      status: 422,
      json: { code: 'invalid_value', pointer: '/image_tag' },
    });
    expect((await accepted(latest({ image_tag: 'v9', resolve_digest: false }))).data).not.toHaveProperty('imageDigest');
  });

  refuses(
    () => ingest,
    [
      deployed(
        'a tag that the registry has not',
        () => latest({ image_tag: 'canary-bird', resolve_digest: true }),
        422,
        'unknown_tag',
        '/image_tag',
      ),
      deployed(
        "a registry that is the cloud's metadata",
        () =>
          latest({
            resolve_digest: true,
            files: { ...files(), deployment: base64(manifest.deployment.replace('r.example:5000', '169.254.169.254')) },
          }),
        422,
        'registry_not_allowed',
        '/image_tag',
      ),
    ],
  );
});
