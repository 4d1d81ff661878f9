import type { ResourceType } from '../../resources';
import type { Cause } from '../status';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const labelKey = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const wrong = (value: string, why: string, field: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  field,
});

const rules = {
  subdomain: {
    pattern: subdomain,
    longest: 253,
    says: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  },
  label: {
    pattern: label,
    longest: 63,
    says: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  },
} as const;

/** The causes for which a name is invalid. */
export function checkName(type: ResourceType, name: string): Cause[] {
  const { pattern, longest, says } = rules[type.naming];
  if (name.length > longest) return [wrong(name, `must be no more than ${longest} characters`, 'metadata.name')];
  return pattern.test(name) ? [] : [wrong(name, says, 'metadata.name')];
}

const MAX_ANNOTATIONS = 256 * 1024;

/** The cause for which annotations are invalid: the total size of their keys and values. */
export function checkAnnotations(annotations: Readonly<Record<string, string>> | undefined, field: string): Cause[] {
  const bytes = Object.entries(annotations ?? {}).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  const message = `Too long: may not be more than ${MAX_ANNOTATIONS} bytes`;
  return bytes > MAX_ANNOTATIONS ? [{ reason: 'FieldValueTooLong', message, field }] : [];
}

/** The causes for which labels are invalid. */
export function checkLabels(labels: Readonly<Record<string, string>> | undefined, field: string): Cause[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => {
    if (!labelKey.test(key))
      return [
        wrong(
          key,
          "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
          field,
        ),
      ];
    if (value.length > 63) return [wrong(value, 'must be no more than 63 characters', field)];
    return labelValue.test(value)
      ? []
      : [
          wrong(
            value,
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
            field,
          ),
        ];
  });
}
