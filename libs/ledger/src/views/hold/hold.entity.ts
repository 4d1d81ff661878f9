import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('hold')
export class HoldEntity {
  @PrimaryColumn('text') project!: string;
  @PrimaryColumn('text') environment!: string;
  @Column('text', { name: 'placed_by' }) placedBy!: string;
  @Column('timestamptz') since!: Date;
  @Column('text', { nullable: true }) reason!: string | null;
  /** The rollback with which it was placed; null: it was placed without one. */
  @Column('text', { name: 'release_id', nullable: true }) releaseId!: string | null;
}
