import type { Reason } from '@alloy/release';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A release as a line of its project's history. */
@Entity('project_history')
export class ProjectHistoryEntity {
  @PrimaryColumn('text', { name: 'release_id' }) releaseId!: string;
  @Column('text') project!: string;
  @Column('text') environment!: string;
  /** Position of the request in the total order; a bigint, which TypeORM returns as a string. */
  @Column('bigint') seq!: string;
  @Column('text') status!: string;
  @Column('text', { name: 'requested_strategy' }) requestedStrategy!: string;
  @Column('text', { nullable: true }) strategy!: string | null;
  @Column('text') image!: string;
  @Column('text', { name: 'image_tag' }) imageTag!: string;
  @Column('text', { name: 'commit_sha' }) commitSha!: string;
  @Column('text', { name: 'requested_by' }) requestedBy!: string;
  @Column('text', { name: 'retry_of', nullable: true }) retryOf!: string | null;
  @Column('text', { name: 'rollback_of', nullable: true }) rollbackOf!: string | null;
  @Column('jsonb', { nullable: true }) reason!: Reason | null;
  @Column('timestamptz', { name: 'requested_at' }) requestedAt!: Date;
  @Column('timestamptz', { name: 'planned_at', nullable: true }) plannedAt!: Date | null;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
}
