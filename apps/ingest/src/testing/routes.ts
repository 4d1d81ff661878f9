import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { isEverywhere, needOf, type Need } from '../auth/needs';

export interface Route {
  readonly method: string;
  /** With its parameters, as `:id`. */
  readonly path: string;
  /** Undefined: no requirement is declared. */
  readonly need: Need | undefined;
  /** The route concerns all of Alloy, so a token for some projects is not sufficient. */
  readonly isWide: boolean;
}

/** All routes of all controllers, as registered in Nest. */
export function routesOf(app: INestApplication): readonly Route[] {
  const controllers = [...app.get(ModulesContainer).values()]
    .flatMap((module) => [...module.controllers.values()])
    .map((wrapper) => wrapper.metatype as Type);
  return [...new Set(controllers)].flatMap((controller) => routesOfController(app.get(Reflector), controller));
}

function routesOfController(reflector: Reflector, controller: Type): readonly Route[] {
  const prototype = controller.prototype as Record<string, () => unknown>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name]!;
    const method = reflector.get<RequestMethod | undefined>('method', handler);
    if (method === undefined) return [];
    const prefix = reflector.get<string>('path', controller);
    return [
      {
        method: RequestMethod[method],
        path: join(prefix, reflector.get<string>('path', handler)),
        need: needOf(reflector, controller, handler),
        isWide: isEverywhere(reflector, handler),
      },
    ];
  });
}

const join = (...parts: readonly string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;
