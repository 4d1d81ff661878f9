import type { KubeObject, StoredEvent } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { recordedTwice } from '../faults/history';
import { quickPolicy } from '../faults/quick-policy';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { manifests, only } from '../support/manifests';

/** More objects than two batches of writes. */
const COUNT = 40;
const names = Array.from({ length: COUNT }, (_, index) => `settings-${String(index).padStart(2, '0')}`);
const files = (project: string, version: string): Readonly<Record<string, string>> => {
  const settings = names.map((name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { version: ${version} }\n`);
  return { ...manifests(project), settings: settings.join('---\n') };
};

const PROJECTS = ['before', 'after'] as const;
type Project = (typeof PROJECTS)[number];

let installation: Installation;
beforeAll(async () => {
  installation = await Installation.start({ projects: Object.fromEntries(PROJECTS.map((project) => [project, quickPolicy])) });
});
afterAll(() => installation?.stop());

/** Names and versions of the ConfigMaps as the cluster has them. */
async function settings(project: Project): Promise<readonly (readonly [string, unknown])[]> {
  const path = `/api/v1/namespaces/${project}/configmaps`;
  const { items } = await installation.cluster.json<{ readonly items: readonly KubeObject[] }>({ path });
  const shown = items.map(({ metadata, data }) => [metadata.name, (data as { readonly version?: string } | undefined)?.version] as const);
  return shown.filter(([name]) => names.includes(name)).toSorted();
}

/** What the only step that writes the ConfigMaps recorded about them. */
function actions(events: readonly StoredEvent[]): readonly string[] {
  const outcomes = events.filter(({ type }) => type === 'ManifestsApplied').map(({ data }) => data as Payloads['ManifestsApplied']);
  const found = outcomes.flatMap(({ objects }) => objects.filter(({ name, action }) => names.includes(name) && action !== 'unchanged'));
  return found.map(({ name, action }) => `${action} ${name}`).toSorted();
}

/** Kills the executor in the middle of a batch of the release, and returns the events of the release. */
async function play(project: Project, tag: string, passing: number): Promise<readonly StoredEvent[]> {
  const { releases, cluster } = installation;
  const crash = await installation.crashAt('executor', { point: `executor.${project}-write`, passing });
  const id = await releases.deploy(project, tag, files(project, tag));
  await eventually(() => expect(crash.code).not.toBeUndefined(), { timeoutMs: 60_000 });
  // Null: a signal ended the process.
  expect(crash.code).toBeNull();
  await installation.ready('executor');
  expect(await releases.ended(id)).toBe('ReleasePromoted');
  await eventually(async () => expect(await cluster.deployments(project)).toEqual(only(tag)));
  expect(await settings(project)).toEqual(names.map((name) => [name, tag]));
  const events = await releases.events(id);
  expect(recordedTwice(events)).toEqual([]);
  return events;
}

describe.each(PROJECTS)('an executor that is killed in the middle of a batch, %s a write', (project) => {
  it('creates the other objects after its restart, and records each as created', async () => {
    expect(actions(await play(project, 'v1', 7))).toEqual(names.map((name) => `created ${name}`));
  });

  it('changes the other objects after its restart, and records each as changed', async () => {
    // A canary has fewer writes before it is promoted.
    expect(actions(await play(project, 'v2', 25))).toEqual(names.map((name) => `changed ${name}`));
  });
});
