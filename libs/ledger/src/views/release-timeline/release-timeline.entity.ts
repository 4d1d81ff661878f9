import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One event of a release as a sentence. */
@Entity('release_timeline')
export class ReleaseTimelineEntity {
  /** Position in the total order; a bigint, which TypeORM returns as a string. */
  @PrimaryColumn('bigint') seq!: string;
  @Column('text', { name: 'release_id' }) releaseId!: string;
  @Column('int') version!: number;
  @Column('uuid', { name: 'event_id' }) eventId!: string;
  @Column('timestamptz') at!: Date;
  @Column('text') family!: string;
  @Column('text') type!: string;
  @Column('text') text!: string;
}
