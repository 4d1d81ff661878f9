import { stringify } from 'yaml';
import { base64, body, files, manifest } from '../../testing/deploy-body';
import { CANARY } from '../../testing/refusals';

/** The valid Deployment with a part replaced. */
export const web = (from: string, to: string) => () =>
  body({ files: { ...files(), deployment: base64(manifest.deployment.replace(from, to)) } });
export const service = (from: string, to: string) => () =>
  body({ files: { ...files(), service: base64(manifest.service.replace(from, to)) } });
export const plus = (text: string) => () => body({ files: { ...files(), other: base64(text) } });
export const object = (kind: string, rest: object = {}, apiVersion = 'v1') =>
  stringify({ apiVersion, kind, metadata: { name: CANARY }, ...rest });
export const list = (item: string) => `apiVersion: v1\nkind: List\nitems:\n- ${item.trim().replaceAll('\n', '\n  ')}\n`;

/** Pointer to the pods' template. */
export const POD = '/files/deployment/0/spec/template/spec';
