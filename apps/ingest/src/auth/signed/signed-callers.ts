import type { PolicyBook, ProjectSecrets, TokenHolder } from '@alloy/ledger';
import { SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { z } from 'zod';
import { DEFAULT_ENVIRONMENT } from '../../requests/names';
import { valueOf } from '../../refuse-with';
import { readJson } from '../../webhook/read-json';
import { isSigned, isTimely, signedHeaders } from './signature';

const SIGNED = 'alloy:signed';
const projectSchema = z.object({ project_id: z.string() });

/** Also open to a message that is signed with the secret of the project in its body. */
export const SignedToo = (): MethodDecorator => SetMetadata(SIGNED, true);

export const isSignedToo = (reflector: Reflector, handler: Parameters<Reflector['get']>[1]): boolean =>
  reflector.get<boolean | undefined>(SIGNED, handler) === true;

interface Message {
  readonly headers: Record<string, string | undefined>;
  readonly body?: Buffer | undefined;
}

/** Senders of signed webhooks (Standard Webhooks), identified by the sealed secret in their project's policy. */
export class SignedCallers {
  constructor(private readonly ports: { readonly policies: PolicyBook; readonly secrets: ProjectSecrets }) {}

  /**
   * The caller of a signed message, valid only for its project. Its id becomes the idempotency key, so a repeated
   * message has no further effect. Undefined: not signed by that project, or not within the time limit. Throws the
   * faults of the body.
   */
  async identify({ headers, body = Buffer.alloc(0) }: Message): Promise<TokenHolder | undefined> {
    const signed = signedHeaders(headers);
    if (!signed || !isTimely(signed, Date.now() / 1_000)) return undefined;
    const named = projectSchema.safeParse(valueOf(readJson(body)));
    const project = named.success ? named.data.project_id : undefined;
    const secret = project === undefined ? undefined : await this.secretOf(project);
    if (project === undefined || secret === undefined || !isSigned(signed, body, secret)) return undefined;
    headers['idempotency-key'] = signed.id;
    const account = `webhook:${project}`;
    return { tokenId: account, account, scope: 'deploy', projects: [project], places: [{ project, environment: DEFAULT_ENVIRONMENT }] };
  }

  private async secretOf(project: string): Promise<string | undefined> {
    const name = (await this.ports.policies.find(project, DEFAULT_ENVIRONMENT))?.policy.webhookSecret;
    return name === undefined ? undefined : this.ports.secrets.open(project, name);
  }
}
