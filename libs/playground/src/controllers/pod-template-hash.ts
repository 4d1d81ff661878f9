import { hashText } from '../hash-text';
import type { PodTemplate } from '../kinds';
import { sameJson } from '../objects';

export const HASH_LABEL = 'pod-template-hash';

// Kubernetes' alphabet for generated names.
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

const canonical = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? Array.isArray(value) ? value.map(canonical) : value
    : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, canonical(each)]));

/** Template without the hash label added by its ReplicaSet. */
export function bareTemplate(template: PodTemplate): PodTemplate {
  const { [HASH_LABEL]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

export const sameTemplate = (a: PodTemplate, b: PodTemplate): boolean => sameJson(bareTemplate(a), bareTemplate(b));

/** Name-safe hash of a template; `collisions` distinguishes templates with equal hashes. */
export function podTemplateHash(template: PodTemplate, collisions: number): string {
  const text = JSON.stringify(canonical(bareTemplate(template)));
  const digits = [hashText(`${collisions}/${text}`), hashText(`${text}/${collisions}`)].map((hash) =>
    [0, 1, 2, 3, 4].map((i) => ALPHABET[Math.floor(hash / 27 ** i) % 27]).join(''),
  );
  return digits.join('');
}
