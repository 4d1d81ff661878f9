import { IsNull, MoreThan, type DataSource } from 'typeorm';
import { AccountEntity } from './account.entity';
import type { PartOfList } from './part-of-list';
import { TokenEntity } from './token.entity';

export interface UserRecord {
  readonly id: string;
  readonly createdAt: Date;
}

/**
 * The users of Alloy. A removed user stays in the table, because the log refers to the user, and may be added again.
 */
export interface UserRegistry {
  /** By id. */
  list(part: PartOfList): Promise<readonly UserRecord[]>;
  exists(id: string): Promise<boolean>;
  /** Undefined: the user already exists. */
  add(id: string): Promise<UserRecord | undefined>;
  /** Also revokes the user's tokens, permanently. False: the user does not exist. */
  remove(id: string): Promise<boolean>;
}

/** With TypeORM. */
export const userRegistry = (source: DataSource): UserRegistry => ({
  async list({ after, limit }) {
    const where = { removedAt: IsNull(), ...(after === undefined ? {} : { id: MoreThan(after) }) };
    return (await source.manager.find(AccountEntity, { where, order: { id: 'ASC' }, take: limit })).map(recordOf);
  },

  exists: (id) => source.manager.existsBy(AccountEntity, { id, removedAt: IsNull() }),

  async add(id) {
    const { raw } = await source.createQueryBuilder().insert().into(AccountEntity).values({ id, removedAt: null })
      .orUpdate(['removed_at'], ['id'], { overwriteCondition: { where: 'account.removed_at IS NOT NULL' } }).returning('id').execute();
    return (raw as unknown[]).length === 0 ? undefined : recordOf(await source.manager.findOneByOrFail(AccountEntity, { id }));
  },

  remove: (id) =>
    source.transaction(async (manager) => {
      const now = () => 'clock_timestamp()';
      const { affected } = await manager.update(AccountEntity, { id, removedAt: IsNull() }, { removedAt: now });
      await manager.update(TokenEntity, { account: id, revokedAt: IsNull() }, { revokedAt: now });
      return affected !== 0;
    }),
});

const recordOf = ({ id, createdAt }: AccountEntity): UserRecord => ({ id, createdAt });
