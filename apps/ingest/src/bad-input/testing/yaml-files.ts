import { base64, body, files, manifest } from '../../testing/deploy-body';
import { CANARY } from '../../testing/refusals';

export const other = (text: string | Buffer) => () =>
  body({ files: { ...files(), other: Buffer.from(text as string).toString('base64') } });
export const config = (data: string) => other(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${CANARY}}\ndata:\n  value: ${data}\n`);
export const deployment = (from: string, to: string) => () =>
  body({ files: { ...files(), deployment: base64(manifest.deployment.replace(from, to)) } });

export const laughs = `l0: &l0 ${CANARY}\n${Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`).join('\n')}`;
export const merges = `m0: &m0 {a: ${CANARY}}\n${Array.from({ length: 40 }, (_, i) => `m${i + 1}: &m${i + 1}\n  <<: [*m${i}, *m${i}]\n  k${i}: 1`).join('\n')}`;
