import type { KubeObject } from '@alloy/contracts';

const own = (values: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => key.startsWith('alloy.dev/')));

/** The name and the version of an object with the labels and annotations of Alloy, without its content. */
export function outlineOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, labels, annotations } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      uid,
      resourceVersion,
      labels: own(labels),
      annotations: own(annotations),
    },
  };
}
