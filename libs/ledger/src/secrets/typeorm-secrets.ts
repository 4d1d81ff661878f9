import type { DataSource } from 'typeorm';
import { sealBox } from '../artifacts/seal-box';
import { ProjectEntity } from '../projects/project.entity';
import type { ProjectSecrets } from './project-secrets';
import { SealedSecretEntity } from './sealed-secret.entity';
import { sealedFor } from './secrets-key';

/** Stores secrets, sealed with a separate key, because the notifier must not be able to open manifests. */
export function typeormSecrets(source: DataSource, key: Buffer): Omit<ProjectSecrets, 'open'> {
  const secrets = source.getRepository(SealedSecretEntity);

  return {
    async put(project, name, value, writtenBy) {
      if (!(await source.manager.existsBy(ProjectEntity, { id: project }))) return false;
      const ciphertext = sealBox(key, Buffer.from(value), sealedFor(project, name));
      await secrets.createQueryBuilder().insert().values({ project, name, ciphertext, writtenBy })
        .orUpdate(['ciphertext', 'written_by', 'written_at'], ['project', 'name']).execute();
      return true;
    },
    async remove(project, name) {
      return (await secrets.delete({ project, name })).affected === 1;
    },
    async list(project) {
      const found = await secrets.find({ where: { project }, order: { name: 'ASC' } });
      return found.map(({ name, writtenBy, writtenAt }) => ({ name, writtenBy, writtenAt: writtenAt.toISOString() }));
    },
  };
}
