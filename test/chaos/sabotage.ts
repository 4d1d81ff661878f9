import type { SeedOptions } from './seed-run';

type Sabotage = NonNullable<SeedOptions['sabotage']>;

/** Ways to break a promise without Alloy's knowledge; the judgement must find each. */
export const sabotages: Readonly<Record<string, Sabotage>> = {
  /** Creates a canary that no service removes. */
  'orphan-canary': async ({ cluster }, [project]) => {
    const path = `/apis/apps/v1/namespaces/${project}/deployments`;
    const web = await cluster.json<{ readonly spec: object }>({ path: `${path}/web` });
    await cluster.json({
      method: 'POST',
      path,
      body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web-canary' }, spec: { ...web.spec, replicas: 0 } },
    });
  },
  /** Edits an event with the permissions of the database's owner. */
  'edited-event': async ({ releases }, [project]) => {
    await releases.pool.query('ALTER TABLE event DISABLE TRIGGER USER');
    await releases.pool.query(`UPDATE event SET data = data || '{"commitSha":"forged"}' WHERE type = 'ReleaseRequested' AND project = $1`, [
      project,
    ]);
  },
};
