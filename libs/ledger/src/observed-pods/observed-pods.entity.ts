import type { ObservedPod } from '@alloy/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The pods of a release as last observed; written by the watcher. */
@Entity('observed_pods')
export class ObservedPodsEntity {
  @PrimaryColumn('text', { name: 'release_id' }) releaseId!: string;
  @Column('jsonb') pods!: ObservedPod[];
  @Column('timestamptz', { name: 'observed_at' }) observedAt!: Date;
}
