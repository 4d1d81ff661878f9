import { releaseIdOf } from '@alloy/contracts';
import type { Wake } from '@alloy/transport';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Watcher } from './watcher';

/** A decision may begin or end what is to be observed. */
@Controller()
export class WakesController {
  constructor(@Inject(Watcher) private readonly watcher: Watcher) {}

  @EventPattern('alloy.event.decision.>')
  async onDecision(@Payload() wake: Wake): Promise<void> {
    const releaseId = releaseIdOf(wake.stream);
    if (releaseId) await this.watcher.wake(releaseId);
  }
}
