/** The name of the type that YAML parsed, for error messages. */
export const typeName = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

/** Characters that reorder displayed text (Unicode TR 36). */
export const BIDI = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

/** RFC 1123 subdomain, the format of most names in Kubernetes. */
export const isSubdomain = (name: string): boolean =>
  name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);
/** RFC 1123 label, the format of names of containers, and of Services since 1.36 (before, they start with a letter). */
export const isLabelName = (name: string): boolean => name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name);
/** Key of a label or an annotation. */
export const isQualifiedName = (key: string): boolean => {
  const [name = '', prefix, ...rest] = key.split('/').reverse();
  return (
    rest.length === 0 &&
    (prefix === undefined || isSubdomain(prefix)) &&
    name.length <= 63 &&
    /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name)
  );
};
export const isLabelValue = (value: string): boolean => value.length <= 63 && /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value);
