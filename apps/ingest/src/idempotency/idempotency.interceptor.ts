import { createHash } from 'node:crypto';
import type { IdempotencyKeys, KeyOfAccount, ReleaseLog } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Authenticated } from '../auth/caller';
import { IDEMPOTENCY_KEYS, RELEASE_LOG } from '../tokens';
import { idempotencyKey } from '../requests/names';
import { ONCE_PER_KEY, type AnswerOf, type Asked } from './once-per-key';
import { releaseIdOf, withReleaseId } from './release-id';

interface Request extends Authenticated, Asked {
  readonly method: string;
  readonly url: string;
  readonly body: Buffer | undefined;
}

interface Reply {
  statusCode: number;
  status(code: number): unknown;
}

const HEADER = 'idempotency-key';
const HEAD_START_SECONDS = 1;

/**
 * Carries out a request with an `Idempotency-Key` once: a repetition gets the first response, another request with the
 * same key gets 422, and a repetition while the first request is in progress gets 409. A refusal releases the key. This
 * holds after a crash, too, because the release's id is derived from the key.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @Inject(IDEMPOTENCY_KEYS) private readonly keys: IdempotencyKeys,
    @Inject(RELEASE_LOG) private readonly log: ReleaseLog,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const answerOf = this.reflector.get<AnswerOf | undefined>(ONCE_PER_KEY, context.getHandler());
    const request = context.switchToHttp().getRequest<Request>();
    const key = request.headers[HEADER];
    if (!answerOf || key === undefined) return next.handle();
    if (!idempotencyKey.safeParse(key).success)
      throw new ProblemError({
        status: 400,
        code: 'bad_idempotency_key',
        detail: 'An Idempotency-Key must have 1 to 255 printable ASCII characters without spaces.',
      });
    return from(this.once(key, request, context.switchToHttp().getResponse<Reply>(), answerOf, () => lastValueFrom(next.handle())));
  }

  private async once(key: string, request: Request, reply: Reply, answerOf: AnswerOf, act: () => Promise<unknown>): Promise<unknown> {
    const of: KeyOfAccount = { account: accountOf(request), key };
    const claim = await this.keys.claim(of, fingerprintOf(request));
    switch (claim.kind) {
      case 'other':
        throw new ProblemError({
          status: 422,
          code: 'idempotency_key_reused',
          detail: 'This Idempotency-Key was used for another request.',
        });
      case 'inFlight':
        throw new ProblemError(
          { status: 409, code: 'in_flight', detail: 'The first request with this Idempotency-Key is still in progress.' },
          HEAD_START_SECONDS,
        );
      case 'answered':
        reply.status(claim.answer.status);
        return JSON.parse(claim.answer.body) as unknown;
      case 'mine':
      case 'abandoned': {
        const id = releaseIdOf(of.account, key, claim.createdAt);
        const answer = await this.act(
          of,
          claim.kind === 'abandoned',
          () => this.madeBefore(id, request, answerOf),
          () => withReleaseId(id, act),
        );
        await this.keys.answer(of, { status: reply.statusCode, body: JSON.stringify(answer) });
        return answer;
      }
    }
  }

  /**
   * Before it repeats an abandoned request, and after it lost a race, it looks for the effect of the earlier attempt.
   */
  private async act(of: KeyOfAccount, isAbandoned: boolean, look: () => Promise<unknown>, act: () => Promise<unknown>): Promise<unknown> {
    try {
      return (isAbandoned ? await look() : undefined) ?? (await act());
    } catch (error) {
      const found = await look().catch(() => undefined);
      if (found !== undefined) return found;
      await (error instanceof ProblemError ? this.keys.forget(of) : this.keys.abandon(of)).catch(() => undefined);
      throw error;
    }
  }

  private async madeBefore(id: string, request: Request, answerOf: AnswerOf): Promise<unknown> {
    const { state } = await this.log.load(id);
    return state.status === 'none' ? undefined : answerOf(state, request);
  }
}

function accountOf({ caller }: Request): string {
  if (!caller) throw new Error('no caller: the guard has not run');
  return caller.account;
}

const fingerprintOf = ({ method, url, body }: Request): string =>
  createHash('sha256')
    .update(`${method} ${url}\n`)
    .update(body ?? '')
    .digest('hex');
