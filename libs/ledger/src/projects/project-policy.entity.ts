import type { Policy } from '@alloy/policy';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('project_policy')
export class ProjectPolicyEntity {
  @PrimaryColumn('text') project!: string;
  @PrimaryColumn('text') environment!: string;
  @Column('jsonb') policy!: Policy;
  @Column({ type: 'timestamptz', name: 'updated_at', insert: false }) updatedAt!: Date;
}
