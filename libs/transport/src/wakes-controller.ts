import { releaseIdOf } from '@alloy/contracts';
import { Controller, Inject, type InjectionToken, type Type } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Wake } from './wake';

/** Whoever looks at a release when something was appended to its stream. */
export interface Wakeable {
  wake(releaseId: string): unknown;
}

/** A controller that hands the wakes of releases on `pattern`, e.g. `alloy.event.decision.>`, to whoever has that token; wakes of other streams are done with at once. */
export function wakesController(pattern: string, token: InjectionToken<Wakeable>): Type {
  @Controller()
  class WakesController {
    constructor(@Inject(token) private readonly target: Wakeable) {}

    @EventPattern<string>(pattern)
    async onEvent(@Payload() wake: Wake): Promise<void> {
      const releaseId = releaseIdOf(wake.stream);
      if (releaseId) await this.target.wake(releaseId);
    }
  }
  return WakesController;
}
