import type { KubeObject } from '@alloy/contracts';
import { at, invalid, type Finding } from './finding';
import { recordOf } from './strings';

/** The API server's limit for one ConfigMap or Secret. */
const MAX_BYTES = 1_048_576;
/** Without line breaks, which Kubernetes ignores; it accepts no other white space. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const KEY = /^[-._a-zA-Z0-9]{1,253}$/;

/** Checks the entries of a ConfigMap or Secret: their keys, their encoding, their size. */
export function checkData(object: KubeObject, pointer: string): Finding[] {
  const encoded = object.kind === 'Secret' ? ['data'] : ['binaryData'];
  const entries = ['data', 'stringData', 'binaryData'].flatMap((field) =>
    Object.entries(recordOf(object[field])).map(([key, value]) => ({ field, key, value })),
  );
  const findings = entries.flatMap(({ field, key, value }) => {
    if (!KEY.test(key))
      return [invalid('bad_name', at(pointer, field), 'A key here has characters other than letters, digits, ".", "-" and "_".')];
    if (encoded.includes(field) && typeof value === 'string' && !BASE64.test(value.replace(/[\r\n]/g, '')))
      return [invalid('bad_base64', at(pointer, field, key), 'This value is not base64.')];
    return [];
  });
  const bytes = entries.reduce(
    (sum, { field, key, value }) =>
      sum + key.length + (encoded.includes(field) ? Math.floor((String(value).length * 3) / 4) : Buffer.byteLength(String(value))),
    0,
  );
  return bytes > MAX_BYTES ? [...findings, invalid('too_large', pointer, `A ${object.kind} may have at most 1 MiB.`)] : findings;
}
