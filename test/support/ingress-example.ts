import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '@alloy/contracts';
import { load } from 'js-yaml';

const FOLDER = join(__dirname, '../../examples/nginx-ingress');

/** A file of examples/nginx-ingress. */
export const ingressExample = <T = KubeObject>(file: 'ingress' | 'canary-ingress' | 'project'): T =>
  load(readFileSync(join(FOLDER, `${file}.yaml`), 'utf8')) as T;

/** An Ingress as a file has it: without status, and without what Alloy and the API server write in its metadata. */
export function ingressContent({ apiVersion, kind, metadata: { name, annotations = {} }, spec }: KubeObject): object {
  const own = Object.entries(annotations).filter(([key]) => !key.includes('alloy.dev/'));
  return { apiVersion, kind, metadata: { name, annotations: Object.fromEntries(own) }, spec };
}
