import { isReady, type Cluster } from '@alloy/cluster';
import { podTemplate, type KubeObject } from '@alloy/contracts';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually';
import type { ClusterApi } from '../../support/cluster-api';
import type { SeenRelease, Story } from '../../support/story';
import type { Door } from '../../support/releases';
import { bundles, textOf, type BundleCase, type BundleName } from './bundle';

const ROOT = join(__dirname, '..', '..', '..');

export interface Place {
  readonly shop: Story;
  readonly api: ClusterApi;
  readonly door: Door;
  /** Kinds that the policy leaves to others, in addition to those that Alloy never writes. */
  readonly leftKinds?: readonly string[];
}

/**
 * Releases the bundle by the README's commands, `alloy deploy -f <file> --wait`: v1 as a first release, then v2 as a
 * canary. Another client changes numbers of pods between the two.
 */
export async function releaseTwice(name: BundleName, place: Place): Promise<void> {
  const bundle: BundleCase = bundles[name];
  const { shop } = place;
  const helper = name === 'ingress' ? createWebhookSecret(place) : undefined;
  const first = await deploy(place, bundle, 'v1');
  await helper;
  expect(first.release).toMatchObject({ status: 'promoted', strategy: 'rollout' });
  expect(first.left.filter(expected(place))).toEqual(bundle.left);
  for (const [scaled, replicas] of Object.entries(bundle.scaled ?? {})) await scale(place, scaled, replicas);

  const second = await deploy(place, bundle, 'v2');
  expect(second.release).toMatchObject({ status: 'promoted', strategy: 'canary', verdicts: [{ verdict: 'pass' }] });
  expect(second.left).toEqual(first.left);
  expect(await imagesOf(shop.cluster, shop.project)).toEqual(bundle.images);
  for (const [scaled, replicas] of Object.entries(bundle.scaled ?? {})) {
    expect([scaled, (await shop.get<Replicated>('Deployment', scaled)).spec.replicas]).toEqual([scaled, replicas]);
  }
  await onlyReadyPods(place, bundle);
  expect(await shop.names('Deployment')).toEqual(
    Object.keys(bundle.images).flatMap((one) => (one.startsWith('Deployment ') ? one.slice('Deployment '.length) : [])).sort(),
  );
  if (bundle.readers) await readsItsOwn(shop, bundle.readers);
}

const expected = ({ leftKinds = [] }: Place) => (object: string): boolean => !leftKinds.includes(object.split(' ')[0]!);

type Replicated = KubeObject & { readonly spec: { readonly replicas: number } };

interface Deployed {
  readonly release: SeenRelease;
  /** `Kind name`, from the lines of the command line. */
  readonly left: readonly string[];
}

async function deploy({ shop, door }: Place, bundle: BundleCase, tag: string): Promise<Deployed> {
  const folder = mkdtempSync(join(tmpdir(), 'alloy-bundle-'));
  try {
    const file = join(folder, `${bundle.file}.yaml`);
    writeFileSync(file, textOf(bundle, tag, shop.project));
    const version = ['--image-tag', tag, '--commit', 'abc123def', '--idempotency-key', `${shop.project}-${tag}`];
    const argv = ['deploy', '-f', file, ...version, '--wait', '--timeout', '300s'];
    const { code, text } = await posted(() => alloy(door, shop.project, argv));
    const id = /^release (\S+) of /m.exec(text)?.[1];
    if (id === undefined || code !== 0) throw new Error(`alloy deploy ${bundle.file} ${tag} exited with ${code}:\n${text}`);
    const left = [...text.matchAll(/^left to others: (\S+ [^\s:]+):/gm)].map(([, object]) => object!);
    return { release: await shop.look(id), left };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the command again while a part of Alloy is unavailable, as a pipeline may with an idempotency key. */
const posted = (run: () => Promise<Ran>): Promise<Ran> =>
  eventually(async () => {
    const ran = await run();
    if (ran.code === 1 && ran.text.includes('[unavailable]')) throw new Error(ran.text);
    return ran;
  }, { timeoutMs: 120_000, everyMs: 500 });

interface Ran {
  readonly code: number;
  readonly text: string;
}
const alloy = (door: Door, project: string, argv: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: ROOT, ALLOY_URL: door.url, ALLOY_TOKEN: door.token, ALLOY_PROJECT: project };
    execFile(process.execPath, [join(ROOT, 'bin', 'alloy.cjs'), ...argv], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code ?? -1) : 0, text: `${err}${out}` }),
    );
  });

async function scale({ api, shop }: Place, name: string, replicas: number): Promise<void> {
  await api.json({
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${shop.project}/deployments/${name}/scale?fieldManager=kubectl`,
    contentType: 'application/merge-patch+json',
    body: { spec: { replicas } },
  });
}

/** What the Job of the bundle does in a real cluster once it runs: it creates the Secret for which the pods wait. */
async function createWebhookSecret({ shop }: Place): Promise<void> {
  await eventually(() => shop.get('Deployment', bundles.ingress.workload), { timeoutMs: 120_000 });
  await shop.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'ingress-nginx-admission' }, stringData: { key: 'made' } });
}

const withPods = [
  ['apps/v1', 'Deployment'], ['apps/v1', 'StatefulSet'], ['batch/v1', 'CronJob'], ['batch/v1', 'Job'],
] as const;

/** The image of the first container by `Kind name`. */
async function imagesOf(cluster: Cluster, namespace: string): Promise<Readonly<Record<string, string>>> {
  const lists = await Promise.all(withPods.map(([apiVersion, kind]) => cluster.list({ apiVersion, kind, namespace })));
  const entries = lists.flatMap((objects, index) =>
    objects.map((object) => {
      const { containers } = podTemplate(object)!['spec'] as { readonly containers: readonly [{ readonly image: string }] };
      return [`${withPods[index]![1]} ${object.metadata.name}`, containers[0].image] as const;
    }),
  );
  return Object.fromEntries(entries);
}

type Reading = KubeObject & {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly [{
    readonly envFrom: readonly [{ readonly configMapRef: { readonly name: string } }];
  }] } } };
};

/** The content of the ConfigMap that each reader's template names. */
async function readBy(shop: Story, readers: readonly string[]): Promise<readonly unknown[]> {
  const read = async (name: string): Promise<unknown> => {
    const { envFrom: [{ configMapRef }] } = (await shop.get<Reading>('Deployment', name)).spec.template.spec.containers[0];
    return (await shop.get('ConfigMap', configMapRef.name))['data'];
  };
  return Promise.all(readers.map(read));
}

/** Each version reads its own content: the new one after its promotion, and the old one after a rollback to it. */
async function readsItsOwn(shop: Story, readers: readonly string[]): Promise<void> {
  expect(await readBy(shop, readers)).toEqual(readers.map(() => ({ COLOUR: 'v2' })));
  expect(await shop.ended(await shop.rollback())).toMatchObject({ status: 'promoted' });
  expect(await readBy(shop, readers)).toEqual(readers.map(() => ({ COLOUR: 'v1' })));
}

/** Waits until every pod that is not of a Job is ready and has the image of its workload. */
async function onlyReadyPods({ shop }: Place, { images }: BundleCase): Promise<void> {
  const wanted = new Set(Object.entries(images).flatMap(([name, image]) => (name.startsWith('Job ') ? [] : [image])));
  await eventually(
    async () => {
      const pods = (await shop.pods()).filter(({ object }) => !ofJob(object));
      const wrong = pods.filter(({ object, ready }) => !ready || !isReady(object) || !wanted.has(imageOf(object)));
      expect(wrong.map(({ name, object }) => `${name} ${imageOf(object)}`)).toEqual([]);
    },
    { timeoutMs: 120_000 },
  );
}

const imageOf = (pod: KubeObject): string =>
  (pod['spec'] as { readonly containers: readonly [{ readonly image: string }] }).containers[0].image;
const ofJob = ({ metadata }: KubeObject): boolean =>
  ((metadata['ownerReferences'] as ReadonlyArray<{ readonly kind: string }> | undefined) ?? []).some(({ kind }) => kind === 'Job');
