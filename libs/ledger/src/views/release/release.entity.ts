import type { Awaits } from '@alloy/contracts';
import type { Status } from '@alloy/release';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A release as of its last event; written by appends only. */
@Entity('release')
export class ReleaseEntity {
  @PrimaryColumn('text', { name: 'release_id' }) releaseId!: string;
  @Column('text') project!: string;
  @Column('text') environment!: string;
  @Column('text') status!: Status;
  @Column('int') version!: number;
  /** Services that it awaits. */
  @Column('text', { array: true }) awaits!: Awaits[];
  @Column('timestamptz', { name: 'next_due_at', nullable: true }) nextDueAt!: Date | null;
  @Column('timestamptz', { name: 'requested_at' }) requestedAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('boolean') ended!: boolean;
}
