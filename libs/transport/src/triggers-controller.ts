import { releaseIdOf } from '@alloy/contracts';
import { Controller, Inject, type InjectionToken, type Type } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Trigger } from './trigger';

/** A service that processes a release when an event was appended to its stream. */
export interface TriggerTarget {
  trigger(releaseId: string): unknown;
}

/**
 * A controller that passes triggers of releases on `pattern`, for example `alloy.event.decision.>`, to the provider of
 * `token`; triggers of other streams are ignored.
 */
export function triggersController(pattern: string, token: InjectionToken<TriggerTarget>): Type {
  @Controller()
  class TriggersController {
    constructor(@Inject(token) private readonly target: TriggerTarget) {}

    @EventPattern<string>(pattern)
    async onEvent(@Payload() trigger: Trigger): Promise<void> {
      const releaseId = releaseIdOf(trigger.stream);
      if (releaseId) await this.target.trigger(releaseId);
    }
  }
  return TriggersController;
}
