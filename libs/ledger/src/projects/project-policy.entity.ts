import type { Policy } from '@alloy/policy';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('project_policy')
export class ProjectPolicyEntity {
  @PrimaryColumn('text') project!: string;
  @PrimaryColumn('text') environment!: string;
  @Column('jsonb') policy!: Policy;
  /** The version of the event that wrote it; null: it was stored before policies had versions. */
  @Column('integer', { nullable: true }) version!: number | null;
  @Column({ type: 'timestamptz', name: 'updated_at', insert: false }) updatedAt!: Date;
}
