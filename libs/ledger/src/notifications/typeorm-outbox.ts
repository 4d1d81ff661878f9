import type { DataSource, EntityManager, EntityTarget, SelectQueryBuilder } from 'typeorm';
import { DeliveryRouteEntity } from './delivery-route.entity';
import { DeliveryThreadEntity } from './delivery-thread.entity';
import { DeliveryEntity } from './delivery.entity';
import { NotificationEntity } from './notification.entity';
import type { Outbox, Waiting } from './outbox';
import { moveCursor, queueMessages, readCursor } from './queue-messages';

/** The outbox in the tables `delivery`, `delivery_route`, `delivery_thread` and `notification`. */
export const typeormOutbox = (source: DataSource): Outbox => ({
  queuedUpTo: () => readCursor(source.manager),

  queue: (messages, upTo) =>
    source.transaction(async (manager) => {
      await queueMessages(manager, messages);
      await moveCursor(manager, upTo);
    }),

  async dueRoutes() {
    const due = await firsts(source).select('first.route', 'route').where('first.due_at <= clock_timestamp()').orderBy('first.due_at')
      .getRawMany<{ route: string }>();
    return due.map(({ route }) => route);
  },

  async first(route) {
    const first = await source.manager.createQueryBuilder(DeliveryEntity, 'first').where({ route }).orderBy('first.seq').limit(1)
      .addSelect('first.due_at <= clock_timestamp()', 'is_due').getRawAndEntities<{ readonly is_due: boolean }>();
    return first.raw[0]?.is_due ? waitingOf(first.entities[0]!) : undefined;
  },

  async nextDueInMs() {
    const next = await firsts(source).select('extract(epoch FROM min(first.due_at) - clock_timestamp()) * 1000', 'ms')
      .where('first.due_at > clock_timestamp()').getRawOne<{ ms: string | null }>();
    const ms = next?.ms ?? null;
    return ms === null ? null : Math.max(0, Math.ceil(Number(ms)));
  },

  settle: ({ eventId, route, seq }, givenUp) =>
    source.transaction(async (manager) => {
      const sent = { eventId, route, givenUp: givenUp ?? null };
      await manager.createQueryBuilder().insert().into(NotificationEntity).values(sent).orIgnore().execute();
      await manager.delete(DeliveryEntity, { route, seq: String(seq) });
    }),

  async postpone({ route, seq }, delayMs, failed = true) {
    await source.createQueryBuilder().update(DeliveryEntity)
      .set({ attempts: () => `attempts + ${failed ? 1 : 0}`, dueAt: () => `clock_timestamp() + :delay * interval '1 millisecond'` })
      .where({ route, seq: String(seq) }).setParameters({ delay: Math.ceil(delayMs) }).execute();
  },

  async forget(route) {
    await source.manager.delete(DeliveryEntity, { route });
    await source.manager.delete(DeliveryRouteEntity, { route });
  },

  async trouble(route) {
    const found = await source.manager.findOneBy(DeliveryRouteEntity, { route });
    return found === null ? undefined : { state: found.state, settings: found.settings, why: found.why };
  },

  async setTrouble(route, trouble) {
    if (!trouble) return (await source.manager.delete(DeliveryRouteEntity, { route })).affected === 1;
    const { raw } = await source.createQueryBuilder().insert().into(DeliveryRouteEntity).values({ route, ...trouble })
      .orUpdate(['settings', 'state', 'why', 'since'], ['route'], { overwriteCondition: { where: NEWS } }).returning('route').execute();
    return (raw as unknown[]).length === 1;
  },

  countTroubles: () => source.manager.count(DeliveryRouteEntity),

  async forgetSent(days, limit) {
    const sent = await forgetOld(source.manager, { entity: NotificationEntity, time: 'told_at' }, days, limit);
    const threads = await forgetOld(source.manager, { entity: DeliveryThreadEntity, time: 'created_at' }, days, limit);
    const waited = await forgetOld(source.manager, { entity: DeliveryEntity, time: 'queued_at' }, days, limit);
    return sent + threads + waited;
  },

  async thread(route, releaseId) {
    return (await source.manager.findOneBy(DeliveryThreadEntity, { route, releaseId }))?.thread;
  },

  async keepThread(route, releaseId, thread) {
    await source.createQueryBuilder().insert().into(DeliveryThreadEntity).values({ route, releaseId, thread }).orIgnore().execute();
  },
});

/** Whether the trouble of the route has changed. */
const NEWS = '(delivery_route.settings, delivery_route.state) IS DISTINCT FROM (EXCLUDED.settings, EXCLUDED.state)';

const waitingOf = ({ eventId, seq, route, message, attempts }: DeliveryEntity): Waiting =>
  ({ eventId, seq: Number(seq), route, message, attempts });

/** The first message of each route, as in `first`. */
const firsts = (source: DataSource): SelectQueryBuilder<{ route: string; due_at: Date }> =>
  source.createQueryBuilder().from<{ route: string; due_at: Date }>(
    (waiting) => waiting.select('delivery.route', 'route').addSelect('delivery.due_at', 'due_at')
      .from(DeliveryEntity, 'delivery').distinctOn(['delivery.route']).orderBy('delivery.route').addOrderBy('delivery.seq'),
    'first',
  );

interface Old {
  readonly entity: EntityTarget<object>;
  readonly time: 'told_at' | 'created_at' | 'queued_at';
}

/** Deletes the oldest rows, older than `days`; returns their number. */
async function forgetOld(manager: EntityManager, { entity, time }: Old, days: number, limit: number): Promise<number> {
  const old = manager.createQueryBuilder(entity, 'old').select('old.ctid')
    .where(`old.${time} < clock_timestamp() - :days * interval '1 day'`).orderBy(`old.${time}`).limit(limit);
  const { affected } = await manager.createQueryBuilder().delete().from(entity)
    .where(`ctid = ANY (ARRAY(${old.getQuery()}))`).setParameters({ days }).execute();
  return affected ?? 0;
}
