import type { Scope } from '@alloy/contracts';
import { HealthController } from '@alloy/service';
import { SetMetadata, type Type } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

const NEEDS = 'alloy:needs';
const LEGACY = 'alloy:legacy';
const EVERYWHERE = 'alloy:everywhere';

/** The requirement of a route. */
export type Need = Scope | 'nothing';

/**
 * The caller's token must have this scope, or a higher one. A route without `@Needs` or `@Open` is closed to all
 * clients.
 */
export const Needs = (scope: Scope): MethodDecorator => SetMetadata(NEEDS, scope);

/** The caller's token must also be valid for all projects, because the route concerns all of Alloy. */
export const Everywhere = (): MethodDecorator => SetMetadata(EVERYWHERE, true);

export const isEverywhere = (reflector: Reflector, handler: Parameters<Reflector['get']>[1]): boolean =>
  reflector.get<boolean | undefined>(EVERYWHERE, handler) === true;

/** Any client may call this route, without a token. */
export const Open = (): MethodDecorator => SetMetadata(NEEDS, 'nothing');

/** In legacy mode also open to clients that send the `user_id` of a known user in the body. */
export const LegacyToo = (): MethodDecorator => SetMetadata(LEGACY, true);

export const isLegacyToo = (reflector: Reflector, handler: Parameters<Reflector['get']>[1]): boolean =>
  reflector.get<boolean | undefined>(LEGACY, handler) === true;

/**
 * Undefined: no requirement is declared, so the route is closed. The routes of every service (health, metrics) are
 * open.
 */
export function needOf(reflector: Reflector, controller: Type, handler: Parameters<Reflector['get']>[1]): Need | undefined {
  if (controller === HealthController) return 'nothing';
  return reflector.get<Need | undefined>(NEEDS, handler);
}
