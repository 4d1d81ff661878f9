import { EVERY_PROJECT, type Scope } from '@alloy/contracts';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { PartOfList } from './part-of-list';
import { TokenEntity } from './token.entity';

export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly scope: Scope;
  readonly projects: readonly string[];
  readonly createdAt: Date;
  /** Null: never. */
  readonly expiresAt: Date | null;
  /** To the minute; null: unused. */
  readonly lastUsedAt: Date | null;
}

export type NewToken = Pick<TokenRecord, 'name' | 'user' | 'scope' | 'projects' | 'expiresAt'> & {
  /** Hex, of the text, which is not stored. */
  readonly sha256: string;
};

/** Tokens that are not revoked and whose projects are all in `among` (`*`: all). */
export interface TokenRegistry {
  /** By id; only of `user` if it is set. */
  list(part: PartOfList & { readonly among: readonly string[]; readonly user?: string | undefined }): Promise<readonly TokenRecord[]>;
  /** Undefined: it would already have expired, by Postgres' clock. */
  add(token: NewToken): Promise<TokenRecord | undefined>;
  /** Immediately and permanently. False: there is no such token. */
  revoke(id: string, among: readonly string[]): Promise<boolean>;
}

/** With TypeORM. */
export const tokenRegistry = (source: DataSource): TokenRegistry => {
  const live = (among: readonly string[]): SelectQueryBuilder<TokenEntity> => {
    const query = source.manager.createQueryBuilder(TokenEntity, 'token').where('token.revoked_at IS NULL');
    return among.includes(EVERY_PROJECT) ? query : query.andWhere('token.projects <@ :among', { among });
  };
  return {
    async list({ among, user, after, limit }) {
      const query = live(among).orderBy('token.id').limit(limit);
      if (user !== undefined) query.andWhere('token.account = :user', { user });
      if (after !== undefined) query.andWhere('token.id::text > :after', { after });
      return (await query.getMany()).map(recordOf);
    },

    async add({ sha256, name, user: account, scope, projects, expiresAt }) {
      if (expiresAt !== null && (await isPast(source, expiresAt))) return undefined;
      const token = { sha256, name, account, scope, projects: [...projects], expiresAt };
      const { raw } = await source.createQueryBuilder().insert().into(TokenEntity).values(token).returning('id').execute();
      return recordOf(await source.manager.findOneByOrFail(TokenEntity, { id: (raw as { id: string }[])[0]!.id }));
    },

    async revoke(id, among) {
      const token = await live(among).andWhere('token.id = :id', { id }).getOne();
      if (token === null) return false;
      const { affected } = await source
        .createQueryBuilder()
        .update(TokenEntity)
        .set({ revokedAt: () => 'clock_timestamp()' })
        .where('id = :id AND revoked_at IS NULL', { id })
        .execute();
      return affected !== 0;
    },
  };
};

/** By Postgres' clock. */
async function isPast(source: DataSource, moment: Date): Promise<boolean> {
  const now = source.createQueryBuilder().select('clock_timestamp() >= :moment', 'past').fromDummy().setParameters({ moment });
  return (await now.getRawOne<{ past: boolean }>())!.past;
}

const recordOf = ({ id, name, account, scope, projects, createdAt, expiresAt, lastUsedAt }: TokenEntity): TokenRecord =>
  ({ id, name, user: account, scope, projects, createdAt, expiresAt, lastUsedAt });
