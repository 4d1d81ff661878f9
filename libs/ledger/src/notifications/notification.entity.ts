import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A message that was sent over a route, or dropped. */
@Entity('notification')
export class NotificationEntity {
  @PrimaryColumn('uuid', { name: 'event_id' }) eventId!: string;
  @PrimaryColumn('text') route!: string;
  /** Why it was not sent; null: it was. */
  @Column('text', { name: 'given_up', nullable: true }) givenUp!: string | null;
  @Column({ type: 'timestamptz', name: 'told_at', insert: false }) sentAt!: Date;
}
