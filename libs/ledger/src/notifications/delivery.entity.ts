import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A message that waits in the queue of a route. */
@Entity('delivery')
export class DeliveryEntity {
  @PrimaryColumn('text') route!: string;
  /** Position of its event in the total order; a bigint, which TypeORM returns as a string. */
  @PrimaryColumn('bigint') seq!: string;
  @Column('uuid', { name: 'event_id' }) eventId!: string;
  @Column('jsonb') message!: object;
  @Column({ type: 'int', insert: false }) attempts!: number;
  @Column({ type: 'timestamptz', name: 'due_at', insert: false }) dueAt!: Date;
  @Column({ type: 'timestamptz', name: 'queued_at', insert: false }) queuedAt!: Date;
}
