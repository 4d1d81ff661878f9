import { ProblemError } from '@alloy/service';

const names: Readonly<Record<string, string>> = { '/project_id': '/project', '/image_tag': '/imageTag', '/files/deployment': '/manifests' };

/** Converts a pointer into the webhook's body to one into the body of the JSON variant. */
const repointed = (pointer: string): string => names[pointer] ?? pointer.replace(/^\/files\/(?=\d)/, '/manifests/');

/** The same refusal, with pointers into the body of the request. */
export function repoint(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error;
  const { type: _type, pointer, errors, ...problem } = error.problem;
  return new ProblemError({
    ...problem, ...(pointer === undefined ? {} : { pointer: repointed(pointer) }),
    ...(errors && { errors: errors.map((one) => (one.pointer === undefined ? one : { ...one, pointer: repointed(one.pointer) })) }),
  });
}
