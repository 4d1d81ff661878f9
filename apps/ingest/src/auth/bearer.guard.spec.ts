import type { Projects, TokenHolder } from '@alloy/ledger';
import { addressGuard } from '@alloy/service';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { BearerGuard } from './bearer.guard';
import { Bearers } from './bearers';
import { LegacyCallers } from './legacy-callers';
import { Everywhere, Needs, Open } from './needs';
import { IssuerKeys } from './oidc/issuer-keys';
import { OidcCallers } from './oidc/oidc-callers';
import { SignedCallers } from './signed/signed-callers';

class Routes {
  @Needs('admin')
  guarded(): void {}
  @Needs('read')
  @Everywhere()
  ofAll(): void {}
  @Open()
  open(): void {}
  forgotten(): void {}
}
const { guarded, ofAll, open, forgotten } = Routes.prototype;

const TOKEN = 'Bearer a-token-long-enough';
const root: TokenHolder = { tokenId: 't', account: 'root', scope: 'admin', projects: ['*'] };

const calling = (handler: () => void, headers: object): ExecutionContext =>
  ({
    getClass: () => Routes,
    getHandler: () => handler,
    switchToHttp: () => ({ getRequest: () => ({ method: 'POST', headers }) }),
  }) as unknown as ExecutionContext;

/** Whether a request is accepted if the store knows `holder` by the token, or fails. */
function call(handler: () => void, holder: TokenHolder | undefined | Error, headers: object = { authorization: TOKEN }): Promise<boolean> {
  const findToken: Projects['findToken'] = async () => {
    if (holder instanceof Error) throw holder;
    return holder;
  };
  const projects: Projects = { findToken, findUser: async () => undefined, exists: async () => true };
  const pipelines = new OidcCallers(
    { entries: async () => [], spend: async () => false },
    new IssuerKeys(addressGuard({ allowLoopback: false })),
  );
  const signed = new SignedCallers({
    policies: { find: async () => undefined },
    get secrets(): never {
      throw new Error('no project has one');
    },
  });
  return new BearerGuard(new Bearers(projects, pipelines), new Reflector(), new LegacyCallers(projects, false), signed).canActivate(
    calling(handler, headers),
  );
}

const refused = (status: number, code: string) => ({ problem: expect.objectContaining({ status, code }) });

describe('the guard', () => {
  it('accepts an admin if a route requires one', async () => expect(await call(guarded, root)).toBe(true));
  it('accepts any client on an open route', async () => expect(await call(open, undefined, {})).toBe(true));
  it('accepts a token for all projects if a route concerns all of Alloy', async () =>
    expect(await call(ofAll, { ...root, scope: 'read' })).toBe(true));

  it.each<readonly [string, () => void, TokenHolder | undefined, object | undefined, number, string]>([
    ['a route without a declared requirement, even to an admin', forgotten, root, undefined, 403, 'forbidden_scope'],
    ["a route that requires more than the token's scope", guarded, { ...root, scope: 'operate' }, undefined, 403, 'forbidden_scope'],
    [
      'a route that concerns all of Alloy, to an admin of one project',
      ofAll,
      { ...root, projects: ['shop'] },
      undefined,
      403,
      'forbidden_project',
    ],
    ['a route to an unknown token', guarded, undefined, undefined, 401, 'unauthorized'],
    ['a route without a declared requirement, to a client without a token', forgotten, root, {}, 401, 'unauthorized'],
    ['a route to a client without a token', guarded, root, {}, 401, 'unauthorized'],
    ['a route to another scheme', guarded, root, { authorization: TOKEN.replace('Bearer', 'Basic') }, 401, 'unauthorized'],
    ['a route that requires a token, to a signature', guarded, root, { 'webhook-signature': 'v1,AAAA' }, 401, 'unauthorized'],
  ])('closes %s', async (_what, handler, holder, headers, status, code) => {
    await expect(call(handler, holder, headers)).rejects.toMatchObject(refused(status, code));
  });

  it('refuses the request if the tokens cannot be read', async () => {
    await expect(call(guarded, new Error('the database is away'))).rejects.toThrow('the database is away');
  });
});
