import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The key of the keystore that opens a sealed bundle; null: the one with the name of its release. */
export class SpareKeys1763730000001 implements MigrationInterface {
  readonly name = 'SpareKeys1763730000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE artifact ADD COLUMN key_id text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE artifact DROP COLUMN key_id');
  }
}
