import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A project's secret, sealed. */
@Entity('sealed_secret')
export class SealedSecretEntity {
  @PrimaryColumn('text') project!: string;
  @PrimaryColumn('text') name!: string;
  /** Read only by who asks for it. */
  @Column('bytea', { select: false }) ciphertext!: Buffer;
  @Column('text', { name: 'written_by' }) writtenBy!: string;
  @Column({ type: 'timestamptz', name: 'written_at', insert: false }) writtenAt!: Date;
}
