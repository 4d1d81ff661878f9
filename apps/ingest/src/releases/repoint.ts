import { ProblemError } from '@alloy/service';

const names: Readonly<Record<string, string>> = { '/project_id': '/project', '/image_tag': '/imageTag', '/files/deployment': '/manifests' };

/** A pointer into the webhook's body as one into the JSON sister's. */
const repointed = (pointer: string): string => names[pointer] ?? pointer.replace(/^\/files\/(?=\d)/, '/manifests/');

/** The same refusal, pointing into the body that was sent. */
export function repoint(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error;
  const { type: _type, pointer, errors, ...problem } = error.problem;
  return new ProblemError({
    ...problem, ...(pointer === undefined ? {} : { pointer: repointed(pointer) }),
    ...(errors && { errors: errors.map((one) => (one.pointer === undefined ? one : { ...one, pointer: repointed(one.pointer) })) }),
  });
}
