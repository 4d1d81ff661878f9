import { stableJson } from '../json';
import type { Cause } from '../status';

export const required = (field: string): Cause => ({ reason: 'FieldValueRequired', message: 'Required value', field });

export const wrongValue = (field: string, value: unknown, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${stableJson(value)}: ${why}`,
  field,
});

export const forbidden = (field: string, why: string): Cause => ({ reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field });

/** A value that is set must be one of these. */
export const unsupported = (field: string, value: unknown, supported: readonly string[]): Cause[] =>
  value === undefined || supported.includes(value as string)
    ? []
    : [
        {
          reason: 'FieldValueNotSupported',
          message: `Unsupported value: ${stableJson(value)}: supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}`,
          field,
        },
      ];

/** A number must be a port; undefined is none. */
export const portCauses = (field: string, port: unknown): Cause[] =>
  port === undefined || (Number(port) >= 1 && Number(port) <= 65_535)
    ? []
    : [wrongValue(field, port, 'must be between 1 and 65535, inclusive')];
