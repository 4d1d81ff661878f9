import type { Scope } from '@alloy/contracts';
import { HealthController } from '@alloy/service';
import { SetMetadata, type Type } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

const NEEDS = 'alloy:needs';
const LEGACY = 'alloy:legacy';
const EVERYWHERE = 'alloy:everywhere';

/** What a route asks of its callers. */
export type Need = Scope | 'nothing';

/** The caller's token must have this scope, or a higher one. A route without `@Needs` or `@Open` is closed to everybody. */
export const Needs = (scope: Scope): MethodDecorator => SetMetadata(NEEDS, scope);

/** The caller's token must be for every project, too: the route is about all of Alloy. */
export const Everywhere = (): MethodDecorator => SetMetadata(EVERYWHERE, true);

export const isEverywhere = (reflector: Reflector, handler: Parameters<Reflector['get']>[1]): boolean => reflector.get<boolean | undefined>(EVERYWHERE, handler) === true;

/** Anybody may call this route, without a token. */
export const Open = (): MethodDecorator => SetMetadata(NEEDS, 'nothing');

/** Also open, in legacy mode only, to whoever gives the `user_id` of a known user in the body. */
export const LegacyToo = (): MethodDecorator => SetMetadata(LEGACY, true);

export const isLegacyToo = (reflector: Reflector, handler: Parameters<Reflector['get']>[1]): boolean => reflector.get<boolean | undefined>(LEGACY, handler) === true;

/** Undefined: nobody has said, so nobody may. What every service has (health, metrics) is open. */
export function needOf(reflector: Reflector, controller: Type, handler: Parameters<Reflector['get']>[1]): Need | undefined {
  if (controller === HealthController) return 'nothing';
  return reflector.get<Need | undefined>(NEEDS, handler);
}
