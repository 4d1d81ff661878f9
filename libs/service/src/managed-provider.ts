import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import { HealthChecks } from './health-checks';
import { Lifecycle } from './lifecycle';

export interface ManagedProviderOptions<T> {
  readonly provide: InjectionToken<T>;
  /** Arguments of `make`, in this order. Default: none. */
  readonly inject?: readonly InjectionToken[];
  readonly make: (...deps: never[]) => T | Promise<T>;
  /** The condition for the service to be ready, with its name in `/readyz`. */
  readonly ready?: readonly [name: string, check: (part: T) => Promise<unknown>];
  readonly start?: (part: T) => unknown;
  readonly quiesce?: (part: T) => unknown;
  readonly close?: (part: T) => unknown;
}

/** A provider with its own lifecycle hooks and health check, all declared in one place. */
export function managedProvider<T>({
  provide,
  inject = [],
  make,
  ready,
  start,
  quiesce,
  close,
}: ManagedProviderOptions<T>): FactoryProvider<Promise<T>> {
  return {
    provide,
    inject: [Lifecycle, HealthChecks, ...inject],
    async useFactory(lifecycle: Lifecycle, checks: HealthChecks, ...deps: unknown[]): Promise<T> {
      const made = await make(...(deps as never[]));
      if (ready) checks.add(ready[0], () => ready[1](made));
      lifecycle.add({
        start: start && (() => start(made)),
        quiesce: quiesce && (() => quiesce(made)),
        close: close && (() => close(made)),
      });
      return made;
    },
  };
}
