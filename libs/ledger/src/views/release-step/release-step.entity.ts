import type { Reason } from '@alloy/release';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One attempt at one step of a plan (`step` −1: the rollback). */
@Entity('release_step')
export class ReleaseStepEntity {
  @PrimaryColumn('text', { name: 'release_id' }) releaseId!: string;
  /** Version of the event that started it. */
  @PrimaryColumn('int') decision!: number;
  @Column('int') step!: number;
  @Column('int') attempt!: number;
  @Column('text') kind!: string;
  /** Percent of the traffic that the step concerns; null if it concerns none. */
  @Column('double precision', { nullable: true }) weight!: number | null;
  @Column('timestamptz', { name: 'started_at' }) startedAt!: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
  /** `completed`, or the type of the decision that interrupted it. Null: it is running. */
  @Column('text', { nullable: true }) outcome!: string | null;
  @Column('jsonb', { nullable: true }) reason!: Reason | null;
}
