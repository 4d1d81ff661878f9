import type { Place } from './yaml-place';

/**
 * A fault of a request: a stable code, the position (a JSON pointer that continues into the decoded file), and one
 * sentence that contains no value.
 */
export interface Finding {
  readonly status: 400 | 403 | 409 | 413 | 422;
  readonly code: FindingCode;
  readonly detail: string;
  readonly pointer: string;
  /** Where the fault is in the file; undefined: it concerns no line, or is not in a file. */
  readonly place?: Place;
}

export type FindingCode =
  | 'bad_base64' | 'bad_text' | 'bad_yaml' | 'duplicate_key' | 'forbidden_key' | 'custom_tag' | 'too_deep'
  | 'too_many_aliases' | 'empty_manifest' | 'wrong_type' | 'missing_field' | 'invalid_value' | 'bidi_character'
  | 'unsupported_kind' | 'refused_kind' | 'unsupported_api_version' | 'foreign_namespace' | 'bad_name'
  | 'forged_label' | 'forged_metadata' | 'duplicate_object' | 'duplicate_item' | 'one_deployment' | 'selector_mismatch'
  | 'replicas_out_of_range' | 'privileged' | 'too_large' | 'unresolved_reference' | 'malformed_json' | 'unknown_key'
  | 'workload_unclear' | 'image_ambiguous' | 'image_missing' | 'strategy_unsupported' | 'selector_immutable'
  | 'selector_overlap' | 'paused' | 'unreplaced_variable' | 'too_many_objects';

export const invalid = (code: FindingCode, pointer: string, detail: string): Finding => ({ status: 422, code, detail, pointer });
export const conflict = (code: FindingCode, pointer: string, detail: string): Finding => ({ status: 409, code, detail, pointer });
export const forbidden = (code: FindingCode, pointer: string, detail: string): Finding => ({ status: 403, code, detail, pointer });

/** Appends a step to a JSON pointer (RFC 6901). */
export function at(pointer: string, ...steps: readonly (string | number)[]): string {
  let path = pointer;
  for (const step of steps) path += `/${typeof step === 'string' ? escaped(step) : step}`;
  return path;
}

const escaped = (step: string): string => (/[~/]/.test(step) ? step.replaceAll('~', '~0').replaceAll('/', '~1') : step);

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly findings: readonly Finding[] };
export const done = <T>(value: T): Result<T> => ({ ok: true, value });
export const refuse = (...findings: readonly Finding[]): Result<never> => ({ ok: false, findings });
