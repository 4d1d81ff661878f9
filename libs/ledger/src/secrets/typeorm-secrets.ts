import type { DataSource } from 'typeorm';
import { openBox, sealBox } from '../artifacts/seal-box';
import { ProjectEntity } from '../projects/project.entity';
import { SecretUnreadable, type ProjectSecrets } from './project-secrets';
import { SealedSecretEntity } from './sealed-secret.entity';

/** Secrets in the table `sealed_secret`, by a key of their own: who notifies people must not be able to open manifests. */
export function typeormSecrets(source: DataSource, key: Buffer): ProjectSecrets {
  const secrets = source.getRepository(SealedSecretEntity);
  const context = (project: string, name: string) => JSON.stringify([project, name]);

  return {
    async put(project, name, value, writtenBy) {
      if (!(await source.manager.existsBy(ProjectEntity, { id: project }))) return false;
      const ciphertext = sealBox(key, Buffer.from(value), context(project, name));
      await secrets.createQueryBuilder().insert().values({ project, name, ciphertext, writtenBy }).orUpdate(['ciphertext', 'written_by', 'written_at'], ['project', 'name']).execute();
      return true;
    },
    async remove(project, name) {
      return (await secrets.delete({ project, name })).affected === 1;
    },
    async list(project) {
      const found = await secrets.find({ where: { project }, order: { name: 'ASC' } });
      return found.map(({ name, writtenBy, writtenAt }) => ({ name, writtenBy, writtenAt: writtenAt.toISOString() }));
    },
    async open(project, name) {
      const found = await secrets.findOne({ where: { project, name }, select: { project: true, name: true, ciphertext: true } });
      if (found === null) return undefined;
      try {
        return openBox(key, found.ciphertext, context(project, name)).toString();
      } catch {
        throw new SecretUnreadable(project, name);
      }
    },
  };
}
