import { Sweeper } from '@alloy/service';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';

/** Anything decided may be worth telling; what, the log says. */
@Controller()
export class WakesController {
  constructor(@Inject(Sweeper) private readonly sweeper: Sweeper) {}

  @EventPattern<string>('alloy.event.decision.>')
  onDecision(): void {
    this.sweeper.kick();
  }
}
