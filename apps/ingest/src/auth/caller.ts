import { EVERY_PROJECT } from '@alloy/contracts';
import type { TokenHolder } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** A request that the guard accepted. */
export interface Authenticated {
  caller?: TokenHolder;
}

/** The caller, from the token of the request. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): TokenHolder => {
  const { caller } = context.switchToHttp().getRequest<Authenticated>();
  if (!caller) throw new Error('no caller: the guard has not run');
  return caller;
});

/** Whether the caller's token is valid for this project. */
export const mayTouch = (caller: TokenHolder, project: string): boolean =>
  caller.projects.some((allowed) => allowed === project || allowed === EVERY_PROJECT);

/** Throws 403 unless the caller's token is valid for all projects. */
export function requireEverywhere(caller: TokenHolder, pointer?: string): void {
  requireProject(caller, EVERY_PROJECT, pointer);
}

/** Throws 403 unless the caller may release there: a pipeline may release only to some environments. */
export function requirePlace(caller: TokenHolder, project: string, environment: string, pointer?: string): void {
  requireProject(caller, project, pointer);
  if (caller.places === undefined || caller.places.some((place) => place.project === project && place.environment === environment)) return;
  throw new ProblemError({
    status: 403,
    code: 'forbidden_environment',
    detail: 'This token is not valid for this environment.',
    ...(pointer === undefined ? {} : { pointer }),
  });
}

/** Throws 403 unless the caller's token is valid for this project; does not reveal whether the project exists. */
export function requireProject(caller: TokenHolder, project: string, pointer?: string): void {
  if (mayTouch(caller, project)) return;
  throw new ProblemError({
    status: 403,
    code: 'forbidden_project',
    detail: 'This token is not valid for this project.',
    ...(pointer === undefined ? {} : { pointer }),
  });
}
