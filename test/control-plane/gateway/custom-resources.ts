import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '@alloy/contracts';
import type { ClusterApi } from '../../support/cluster-api';
import { eventually } from '../../support/eventually';

interface Definition extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/** Creating a definition takes the API server about a second. */
const SLOWLY = { timeoutMs: 60_000, everyMs: 100 };

/** The CustomResourceDefinitions in the YAML files of a folder. */
export function definitionsIn(folder: string): readonly KubeObject[] {
  return readdirSync(folder).flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8'))
      .map((document) => document.toJS() as KubeObject | null)
      .filter((object) => object !== null),
  );
}

/** Applies the definitions and waits until the API server serves their kinds. Idempotent. */
export async function installDefinitions(api: ClusterApi, definitions: readonly KubeObject[]): Promise<void> {
  await Promise.all(
    definitions.map((body) =>
      api.json({
        method: 'PATCH',
        path: `${PATH}/${body.metadata.name}?fieldManager=test&force=true`,
        contentType: 'application/apply-patch+yaml',
        body,
      }),
    ),
  );
  await Promise.all(definitions.map(({ metadata: { name } }) => eventually(() => expectEstablished(api, name), SLOWLY)));
}

/** Deletes the definitions with all their objects, and waits until they are gone. Idempotent. */
export async function removeDefinitions(api: ClusterApi, definitions: readonly KubeObject[]): Promise<void> {
  await Promise.all(definitions.map(({ metadata: { name } }) => api.send({ method: 'DELETE', path: `${PATH}/${name}` })));
  await Promise.all(
    definitions.map(({ metadata: { name } }) =>
      eventually(async () => expect((await api.send({ path: `${PATH}/${name}` })).status).toBe(404), SLOWLY),
    ),
  );
}

async function expectEstablished(api: ClusterApi, name: string): Promise<void> {
  const { status } = await api.json<Definition>({ path: `${PATH}/${name}` });
  expect({ name, established: status?.conditions?.find(({ type }) => type === 'Established')?.status }).toEqual({
    name,
    established: 'True',
  });
}
