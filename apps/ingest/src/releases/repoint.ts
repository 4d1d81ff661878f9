import type { Fault } from '@alloy/contracts';
import { ProblemError } from '@alloy/service';

const names: Readonly<Record<string, string>> = {
  '/project_id': '/project', '/image_tag': '/imageTag', '/files': '/manifests', '/files/deployment': '/manifests',
};

/** Converts a pointer into the webhook's body to one into the body of the JSON variant. */
const repointed = (pointer: string): string => names[pointer] ?? pointer.replace(/^\/files\/(?=\d)/, '/manifests/');

/**
 * The same refusal, with pointers into the body of the request; without lines for manifests that are not text, but
 * objects of the body.
 */
export function repoint(error: unknown, manifests: readonly unknown[]): unknown {
  if (!(error instanceof ProblemError)) return error;
  const { type: _type, errors, ...problem } = error.problem;
  const ofText = <T extends Fault>({ line, column, excerpt, pointer, ...fault }: T) => {
    const there = pointer === undefined ? undefined : repointed(pointer);
    const isText = typeof manifests[Number(/^\/manifests\/(\d+)/.exec(there ?? '')?.[1])] === 'string';
    const place = isText && line !== undefined ? { line, column, excerpt } : {};
    return { ...fault, ...(there === undefined ? {} : { pointer: there }), ...place };
  };
  return new ProblemError({ ...ofText(problem), ...(errors && { errors: errors.map(ofText) }) });
}
