import { manifests } from '../../support/manifests';

const KINDS = ['ConfigMap', 'ConfigMap', 'Secret', 'ServiceAccount'] as const;
const VALUE = 'a line of a configuration file, of which there are some\n'.repeat(10);

/**
 * The manifests of a bundle with this number of objects: a web server with its Service and Secret, and ConfigMaps,
 * Secrets and ServiceAccounts, with half a KiB each, that its pods do not read.
 */
export function bundleFiles(project: string, count: number): Readonly<Record<string, string>> {
  const web = manifests(project, 1);
  const others = Array.from({ length: count - Object.keys(web).length }, (_, index) => other(KINDS[index % KINDS.length]!, index));
  return { ...web, others: documents(others.map((object) => JSON.stringify(object))) };
}

/** One file with all manifests, for kubectl. */
export const oneFile = (files: Readonly<Record<string, string>>): string => documents(Object.values(files));

const documents = (texts: readonly string[]): string => texts.map((text) => `---\n${text.trim()}\n`).join('');

function other(kind: (typeof KINDS)[number], index: number): object {
  const content = { ConfigMap: { data: { settings: VALUE } }, Secret: { stringData: { settings: VALUE } }, ServiceAccount: {} }[kind];
  return { apiVersion: 'v1', kind, metadata: { name: `object-${String(index).padStart(3, '0')}` }, ...content };
}
