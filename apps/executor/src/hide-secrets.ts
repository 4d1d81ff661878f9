import type { Bundle, KubeObject } from '@alloy/contracts';

/** A shorter value is as likely a word of the message itself. */
const SHORTEST = 4;

/**
 * Replaces each value of the bundles' Secrets, plain or in base64, in a text from outside of Alloy, such as the message
 * of an admission webhook.
 */
export function hideSecrets(text: string, ...bundles: readonly (Bundle | null | undefined)[]): string {
  const values = bundles.flatMap((bundle) => bundle?.objects ?? []).flatMap(secretValues);
  // The longest value first: one value may be a part of another.
  const longestFirst = [...new Set(values)].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((hidden, value) => withoutCutOffValue(hidden.replaceAll(value, '…'), value), text);
}

/** A long text may be cut off in the middle of a value. */
function withoutCutOffValue(text: string, value: string): string {
  for (let length = value.length - 1; length >= SHORTEST; length -= 1) {
    if (text.endsWith(value.slice(0, length))) return `${text.slice(0, -length)}…`;
  }
  return text;
}

function secretValues(
  { kind, data, stringData }: KubeObject & { readonly data?: unknown; readonly stringData?: unknown },
): readonly string[] {
  if (kind !== 'Secret') return [];
  const plain = Object.values((stringData ?? {}) as Readonly<Record<string, string>>);
  const packed = Object.values((data ?? {}) as Readonly<Record<string, string>>);
  const both = [
    ...plain.flatMap((value) => [value, Buffer.from(value).toString('base64')]),
    ...packed.flatMap((value) => [value, Buffer.from(value, 'base64').toString()]),
  ];
  return both.flatMap((value) => [value, ...value.split('\n')]).map((value) => value.trim()).filter((value) => value.length >= SHORTEST);
}
