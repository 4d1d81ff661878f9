import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The thread of a release's notifications over a route. */
@Entity('delivery_thread')
export class DeliveryThreadEntity {
  @PrimaryColumn('text') route!: string;
  @PrimaryColumn('text', { name: 'release_id' }) releaseId!: string;
  @Column('text') thread!: string;
  @Column({ type: 'timestamptz', name: 'created_at', insert: false }) createdAt!: Date;
}
