import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedPolicy } from '@alloy/release';
import { load } from 'js-yaml';

/** Keys of the policy of the environment `production` in a folder of examples, as the file has them. */
export function exampleOf<K extends keyof PlannedPolicy>(folder: string): Required<Pick<PlannedPolicy, K>> {
  const text = readFileSync(join(__dirname, '../../examples', folder, 'project.yaml'), 'utf8');
  const { spec } = load(text) as {
    readonly spec: { readonly environments: { readonly production: Required<Pick<PlannedPolicy, K>> } };
  };
  return spec.environments.production;
}
