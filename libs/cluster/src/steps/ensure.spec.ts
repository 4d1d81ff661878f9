import type { Desired } from '../desired';
import { revisionOf } from '../revision';
import { bundleOf, nameHash } from '../testing/fixtures';
import { ensureRevision } from './ensure';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 9 } };
const revision = revisionOf({ bundle: bundleOf('v1'), release: 'R1', namespace: 'shop', owner, nameHash });

describe('ensureRevision', () => {
  it.each([['promote', undefined], ['rollback', true]] as const)(
    'creates an absent Deployment without pods; during %s the API server drops unknown fields: %s',
    (kind, dropsUnknownFields) => {
      const next = ensureRevision({ kind, owner } as Desired, null, revision);
      const object = { metadata: { name: 'web' }, spec: { replicas: 0 } };
      expect(next).toMatchObject({ kind: 'write', write: { verb: 'create', object } });
      expect(next?.kind === 'write' && next.write.verb === 'create' && next.write.dropsUnknownFields).toBe(dropsUnknownFields);
    },
  );
});
