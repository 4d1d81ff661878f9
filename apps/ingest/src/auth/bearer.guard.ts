import { covers } from '@alloy/contracts';
import type { TokenHolder } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Bearers } from './bearers';
import { requireEverywhere, type Authenticated } from './caller';
import { LegacyCallers } from './legacy-callers';
import { isEverywhere, isLegacyToo, needOf } from './needs';
import { isSignedToo, SignedCallers } from './signed/signed-callers';

interface Request extends Authenticated {
  readonly method: string;
  readonly headers: Record<string, string | undefined>;
  readonly body?: Buffer | undefined;
}

/**
 * Accepts requests with a known token whose scope covers the route; refuses all requests to a route without a declared
 * scope.
 */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(
    @Inject(Bearers) private readonly bearers: Bearers,
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(LegacyCallers) private readonly legacy: LegacyCallers,
    @Inject(SignedCallers) private readonly signed: SignedCallers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const need = needOf(this.reflector, context.getClass(), context.getHandler());
    if (need === 'nothing') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const caller = await this.identify(request, context.getHandler());
    if (!caller) throw new ProblemError({ status: 401, code: 'unauthorized', detail: 'A valid bearer token is required.' });
    if (need === undefined || !covers(caller.scope, need))
      throw new ProblemError({ status: 403, code: 'forbidden_scope', detail: 'The scope of this token does not allow this.' });
    if (isEverywhere(this.reflector, context.getHandler())) requireEverywhere(caller);
    request.caller = caller;
    return true;
  }

  private async identify(request: Request, handler: ReturnType<ExecutionContext['getHandler']>): Promise<TokenHolder | undefined> {
    const { method, headers: { authorization } } = request;
    if (authorization === undefined && request.headers['webhook-signature'] !== undefined && isSignedToo(this.reflector, handler))
      return this.signed.identify(request);
    if (authorization === undefined && this.legacy.isOn && isLegacyToo(this.reflector, handler)) return this.legacy.identify(request.body);
    return this.bearers.identify(authorization, !['GET', 'HEAD'].includes(method));
  }
}
