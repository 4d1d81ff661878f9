import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One event of a release in one sentence for people. */
@Entity('release_timeline')
export class ReleaseTimelineEntity {
  /** Place in the total order; a bigint, so TypeORM gives a string. */
  @PrimaryColumn('bigint') seq!: string;
  @Column('text', { name: 'release_id' }) releaseId!: string;
  @Column('int') version!: number;
  @Column('uuid', { name: 'event_id' }) eventId!: string;
  @Column('timestamptz') at!: Date;
  @Column('text') family!: string;
  @Column('text') type!: string;
  @Column('text') text!: string;
}
