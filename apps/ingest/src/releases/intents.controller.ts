import { crashPoint } from '@alloy/contracts';
import { foldStream, type ReleaseLog, type TokenHolder } from '@alloy/ledger';
import {
  promotedStep, refusalOfIntent, type EventOf, type IntentRefusal, type PendingIntent, type State, type Status,
} from '@alloy/release';
import { ProblemError } from '@alloy/service';
import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { Needs } from '../auth/needs';
import { OncePerKey } from '../idempotency/once-per-key';
import { idsOfEvent } from '../idempotency/release-id';
import { parseBody } from '../parse-body';
import { RELEASE_LOG } from '../tokens';
import { readRelease } from './read-release';
import { promoteSchema, reasonSchema, resumeSchema } from './requests';

type Intent = EventOf<PendingIntent['type']>;

/** The response to an accepted intent; `status` is the one before. */
export interface Asked {
  readonly id: string;
  readonly status: Status;
}

/**
 * Intents of users for a release. The planner decides their outcome; an intent that cannot have an effect is refused
 * immediately.
 */
@Controller('api/v1/releases')
export class IntentsController {
  constructor(@Inject(RELEASE_LOG) private readonly log: ReleaseLog) {}

  @Post(':id/abort')
  @Needs('operate')
  @OncePerKey()
  @HttpCode(202)
  abort(@Param('id') id: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<Asked> {
    return this.ask(id, caller, { type: 'AbortRequested', data: parseBody(reasonSchema, body, Object.keys(reasonSchema.shape)) });
  }

  @Post(':id/promote')
  @Needs('operate')
  @OncePerKey()
  @HttpCode(202)
  promote(@Param('id') id: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<Asked> {
    const data = known(parseBody(promoteSchema, body, Object.keys(promoteSchema.shape)));
    return this.ask(id, caller, { type: 'PromotionRequested', data });
  }

  @Post(':id/pause')
  @Needs('operate')
  @OncePerKey()
  @HttpCode(202)
  pause(@Param('id') id: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<Asked> {
    return this.ask(id, caller, { type: 'PauseRequested', data: parseBody(reasonSchema, body, Object.keys(reasonSchema.shape)) });
  }

  @Post(':id/resume')
  @Needs('operate')
  @OncePerKey()
  @HttpCode(202)
  resume(@Param('id') id: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<Asked> {
    return this.ask(id, caller, { type: 'ResumeRequested', data: known(parseBody(resumeSchema, body, Object.keys(resumeSchema.shape))) });
  }

  private async ask(id: string, caller: TokenHolder, intent: Intent): Promise<Asked> {
    const { state, events } = await readRelease(this.log, id, caller);
    const { ids } = idsOfEvent();
    // A process that was killed before it responded already appended the event: later events are no reason to refuse
    // the repetition.
    const before = events.findIndex((event) => event.id === ids?.[0]);
    if (before >= 0) return { id, status: foldStream(id, events.slice(0, before)).status };
    const refusal =
      refusalOfIntent(state, intent.type, intent.type === 'PromotionRequested' && intent.data.full) ?? refusalOfStep(intent, state);
    if (refusal) throw new ProblemError({ status: 409, code: refusal.code, detail: refusal.why });
    const actor = { kind: 'user', id: caller.account } as const;
    await this.log.append(state, [aboutStep(intent, state)], { expected: 'any', actor, ...(ids && { ids }) });
    crashPoint('ingest.after-intent');
    return { id, status: state.status };
  }
}

/** Without a step that is undefined. */
const known = <T extends { readonly step?: number | undefined }>({ step, ...rest }: T) =>
  ({ ...rest, ...(step !== undefined && { step }) });

/**
 * Names the step that the intent ends: the one that the client has seen, or that of the state that was just read. So an
 * intent never ends the next step because its own has ended meanwhile.
 */
function aboutStep(intent: Intent, state: State): Intent {
  if (state.status !== 'releasing') return intent;
  if (intent.type === 'PromotionRequested' && !intent.data.full) {
    const step = intent.data.step ?? promotedStep(state);
    return step === undefined ? intent : { ...intent, data: { ...intent.data, step } };
  }
  if (intent.type === 'ResumeRequested' && intent.data.step === undefined && state.current?.spec.kind === 'pause')
    return { ...intent, data: { ...intent.data, step: state.current.ref.step } };
  return intent;
}

/** Why the step that the client names can not be ended (any more); undefined: it names none, or it can. */
function refusalOfStep(intent: Intent, state: State): IntentRefusal | undefined {
  if (state.status !== 'releasing' || !('step' in intent.data) || intent.data.step === undefined) return undefined;
  const { step } = intent.data;
  if (step < state.done) return { code: 'too_late', why: 'The step has ended.' };
  const next = intent.type === 'PromotionRequested' ? promotedStep(state) : state.current?.ref.step;
  if (next === step) return undefined;
  const which = next === undefined ? '' : ` Step ${next + 1} is the one that can be ended.`;
  return { code: 'nothing_to_promote', why: `Step ${step + 1} is no analysis or pause in progress.${which}` };
}
