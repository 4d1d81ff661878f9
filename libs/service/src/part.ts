import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import { HealthChecks } from './health-checks';
import { Life } from './life';

export interface PartOptions<T> {
  readonly provide: InjectionToken<T>;
  /** What `make` is given, in this order. Default: nothing. */
  readonly inject?: readonly InjectionToken[];
  readonly make: (...deps: never[]) => T | Promise<T>;
  /** What must hold for the service to be ready, by the name that `/readyz` shows. */
  readonly ready?: readonly [name: string, check: (part: T) => Promise<unknown>];
  readonly start?: (part: T) => unknown;
  readonly quiesce?: (part: T) => unknown;
  readonly close?: (part: T) => unknown;
}

/** A provider with a life and a health check of its own, told where it is made: nobody else has to know how it begins and ends. */
export function part<T>({ provide, inject = [], make, ready, start, quiesce, close }: PartOptions<T>): FactoryProvider<Promise<T>> {
  return {
    provide,
    inject: [Life, HealthChecks, ...inject],
    async useFactory(life: Life, checks: HealthChecks, ...deps: unknown[]): Promise<T> {
      const made = await make(...(deps as never[]));
      if (ready) checks.add(ready[0], () => ready[1](made));
      life.add({ start: start && (() => start(made)), quiesce: quiesce && (() => quiesce(made)), close: close && (() => close(made)) });
      return made;
    },
  };
}
