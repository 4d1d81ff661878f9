import type { Projects } from '@alloy/ledger';
import { addressGuard } from '@alloy/service';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { BearerGuard } from './bearer.guard';
import { Bearers } from './bearers';
import { LegacyCallers } from './legacy-callers';
import { Needs } from './needs';
import { IssuerKeys } from './oidc/issuer-keys';
import { OidcCallers } from './oidc/oidc-callers';
import { SignedCallers } from './signed/signed-callers';

class Routes {
  @Needs('admin')
  guarded(): void {}
  forgotten(): void {}
}

const admin: Projects = { findToken: async () => ({ tokenId: 't', account: 'root', scope: 'admin', projects: ['*'] }), findUser: async () => undefined, exists: async () => true };

const calling = (handler: () => void): ExecutionContext =>
  ({ getClass: () => Routes, getHandler: () => handler, switchToHttp: () => ({ getRequest: () => ({ headers: { authorization: 'Bearer a-token-long-enough' } }) }) }) as unknown as ExecutionContext;

describe('the guard', () => {
  const guard = new BearerGuard(new Bearers(admin, new OidcCallers({ entries: async () => [], spend: async () => false }, new IssuerKeys(addressGuard({ allowLoopback: false })))), new Reflector(), new LegacyCallers(admin, false),
    new SignedCallers({ policies: { find: async () => undefined }, get secrets(): never { throw new Error('nobody has any'); } }));

  it('lets an admin into what needs one', async () => expect(await guard.canActivate(calling(Routes.prototype.guarded))).toBe(true));

  it('closes a route that names no need, even to an admin', async () => {
    await expect(guard.canActivate(calling(Routes.prototype.forgotten))).rejects.toMatchObject({ problem: { status: 403, code: 'forbidden_scope' } });
  });
});
