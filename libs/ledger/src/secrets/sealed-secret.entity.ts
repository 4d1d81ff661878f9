import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A sealed secret of a project. */
@Entity('sealed_secret')
export class SealedSecretEntity {
  @PrimaryColumn('text') project!: string;
  @PrimaryColumn('text') name!: string;
  /** Never read by this entity. */
  @Column('bytea', { select: false }) ciphertext!: Buffer;
  @Column('text', { name: 'written_by' }) writtenBy!: string;
  @Column({ type: 'timestamptz', name: 'written_at', insert: false }) writtenAt!: Date;
}
