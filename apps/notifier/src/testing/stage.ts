import { randomUUID } from 'node:crypto';
import type { Relay } from '@alloy/event-store';
import { aRelay } from '@alloy/event-store/testing';
import { bootstrap, createLedger, type Ledger, type Outbox } from '@alloy/ledger';
import type { Payloads, Reason, ReleaseEvent } from '@alloy/release';
import { policy, request } from '@alloy/release/testing';
import { addressGuard, nodeActor } from '@alloy/service';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { makeChannels } from '../channels/registry';
import { FanOut } from '../delivery/fan-out';
import { Notifier } from '../delivery/notifier';
import { httpClient } from '../http/http-client';

const KEY = Buffer.alloc(32, 3);
export const SIGNING_KEY = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const target = { cluster: 'default', namespace: 'shop' };
const reason = (code: Reason['code'], text: string, evidence: Reason['evidence'] = {}): Reason => ({ code, rule: 'test', text, evidence });
const plan: Payloads['ReleasePlanned']['plan'] = {
  strategy: 'canary', router: 'podRatio', replicas: 5,
  steps: [
    { kind: 'apply', target, deadline: 8 },
    {
      kind: 'analyse', target, deadline: 8, weight: 17, duration: 5, mode: 'metrics', minRequests: 50,
      maxErrorRate: 0.01, maxErrorRateIncrease: 0.01,
    },
  ],
};

export interface NotifierOptions {
  readonly allowLoopback?: boolean;
  readonly slackApi?: string;
  readonly pagerdutyUrl?: string;
  /** Replaces the ledger's outbox. */
  readonly outbox?: Outbox;
  readonly timeoutMs?: number;
  /** Runs only when called, not by its own timer. Default false. */
  readonly manual?: boolean;
}

/** A database with project `shop` and releases, and several notifiers; `lines` contains their log. */
export class Stage {
  readonly lines: string[] = [];
  private readonly notifiers: Notifier[] = [];
  private count = 0;
  private constructor(
    readonly database: TestDatabase,
    readonly owner: Ledger,
    readonly ledger: Ledger,
    private readonly relay: Relay,
  ) {}

  static async open(): Promise<Stage> {
    const database = await createDatabase();
    const owner = createLedger({ databaseUrl: database.url, name: 'test', secretsKey: KEY });
    const ledger = createLedger({ databaseUrl: database.roleUrl('alloy_notifier'), name: 'notifier', secretsKey: KEY });
    const relay = aRelay({ pool: owner.pool });
    const stage = new Stage(database, owner, ledger, relay);
    await stage.routes([]);
    return stage;
  }

  /** Replaces the policy's routes after sealing `secrets`. */
  async routes(notify: readonly object[], secrets: Readonly<Record<string, string>> = {}): Promise<void> {
    await bootstrap({ databaseUrl: this.database.url, user: 'demo', project: 'shop', policy: { namespace: 'shop', notify } as never });
    for (const [name, value] of Object.entries(secrets)) await this.owner.secrets.put('shop', name, value, 'demo');
  }

  /** Appends a release; resolves when its events have a position in the log. */
  async release(ending: 'promoted' | 'rolledBack' | 'stuck', version = `v${this.count + 1}`): Promise<string> {
    const releaseId = `R${(this.count += 1)}`;
    const key = { releaseId, project: 'shop', environment: 'production' };
    const by = { expected: 'any' as const, actor: nodeActor('planner') };
    await this.owner.log.append(
      key,
      [{ type: 'ReleaseRequested', data: { ...request, imageTag: version, image: `ghcr.io/acme/shop:${version}` } }],
      { expected: 0, actor: { kind: 'ci', id: 'ada' }, causationId: null },
    );
    const stable = this.count > 1 ? { releaseId: 'R1', artifact: 'a1', image: 'ghcr.io/acme/shop:v1', imageTag: 'v1' } : null;
    await this.owner.log.append(
      key,
      [
        {
          type: 'ReleasePlanned',
          data: { plan, policy, slotCounter: this.count, stable, reason: reason('has_stable', 'a canary, for v1 is stable') },
        },
      ],
      by,
    );
    await this.owner.log.append(key, endings[ending], by);
    await eventually(async () => {
      await this.relay.order();
      const { rows } = await this.owner.pool.query('SELECT FROM event LEFT JOIN event_order USING (stream, version) WHERE seq IS NULL');
      if (rows.length > 0) throw new Error('events without seq');
    });
    return releaseId;
  }

  /** Creates a notifier. */
  notifier({
    allowLoopback = true,
    slackApi = 'http://127.0.0.1:1/',
    pagerdutyUrl = 'http://127.0.0.1:1/',
    timeoutMs,
    manual = false,
    outbox = this.ledger.outbox,
  }: NotifierOptions = {}): Notifier {
    const guard = addressGuard({ allowLoopback });
    const channels = makeChannels({ http: httpClient(guard, timeoutMs), guard, installation: 'alloy', slackApi, pagerdutyUrl });
    const { store, log, policies, secrets, leases } = this.ledger;
    const holder = randomUUID();
    const now = (): number => performance.now();
    const say = (level: string) => (about: unknown, text: string) => void this.lines.push(JSON.stringify({ level, text, about }));
    const logger = { info: say('info'), warn: say('warn'), error: say('error') } as never;
    const fanOut = new FanOut({
      store, log, policies, outbox, leases, channels, holder, now, logged: false, publicUrl: 'https://alloy.example.com',
    });
    let timer: NodeJS.Timeout | undefined;
    const runIn = (ms: number): void => {
      clearTimeout(timer);
      if (!manual && ms < Infinity) timer = setTimeout(() => void notifier.run().catch(() => undefined), ms).unref();
    };
    const notifier: Notifier = new Notifier({
      fanOut, outbox, policies, secrets, leases, channels, logger, holder, now, runIn,
      random: () => 0,
    });
    this.notifiers.push(notifier);
    return notifier;
  }

  /** Makes all postponed messages due. */
  async makeAllDue(): Promise<void> {
    await this.owner.pool.query(`UPDATE delivery SET due_at = clock_timestamp() - interval '1 second'`);
  }

  /** Expires all leases, as after a kill. */
  async expireLeases(): Promise<void> {
    await this.owner.pool.query(`UPDATE lease SET expires_at = clock_timestamp() - interval '1 second'`);
  }

  async waiting(): Promise<number> {
    const { rows } = await this.owner.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM delivery');
    return rows[0]!.count;
  }

  async close(): Promise<void> {
    await Promise.all(this.notifiers.map((notifier) => notifier.stop()));
    await this.ledger.close();
    await this.owner.close();
    await this.database.drop();
  }
}

const failing = reason('error_rate', 'canary errors 7.2 % of 250, limit 1.0 %', { canaryErrorRate: 0.072, threshold: 0.01, requests: 250 });
const endings: Readonly<Record<'promoted' | 'rolledBack' | 'stuck', readonly ReleaseEvent[]>> = {
  promoted: [
    { type: 'StepCompleted', data: { step: 1, attempt: 1, decision: 3, reason: reason('verdict_passed', '17 % passed') } },
    { type: 'ReleasePromoted', data: { reason: reason('all_steps_done', 'every step is done') } },
  ],
  rolledBack: [
    { type: 'RollbackDecided', data: { attempt: 1, reason: failing, to: null, replicas: 5 } },
    { type: 'ReleaseRolledBack', data: { reason: failing } },
  ],
  stuck: [
    { type: 'RollbackDecided', data: { attempt: 1, reason: failing, to: null, replicas: 5 } },
    { type: 'ReleaseStuck', data: { reason: failing } },
  ],
};
