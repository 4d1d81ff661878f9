import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A version that became stable; written by appends only. */
@Entity('stable_version')
export class StableVersionEntity {
  @PrimaryColumn('text') project!: string;
  @PrimaryColumn('text') environment!: string;
  /** From 1; the greatest is the current version. */
  @PrimaryColumn('int') ordinal!: number;
  /** Null: it ran before Alloy. */
  @Column('text', { name: 'release_id', nullable: true }) releaseId!: string | null;
  @Column('text') artifact!: string;
  @Column('text') image!: string;
  @Column('text', { name: 'image_tag' }) imageTag!: string;
  @Column('timestamptz') since!: Date;
  /** Whether a release promoted it; null: a service of an earlier version of Alloy wrote the row. */
  @Column('boolean', { nullable: true }) judged!: boolean | null;
  /** The workload was handed back: no version is stable until the next row. */
  @Column('boolean', { name: 'handed_back' }) handedBack!: boolean;
  /** Where it runs; null: not recorded. */
  @Column('text', { nullable: true }) cluster!: string | null;
  @Column('text', { nullable: true }) namespace!: string | null;
  @Column('text', { nullable: true }) workload!: string | null;
}
