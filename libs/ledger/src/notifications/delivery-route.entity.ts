import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RouteTrouble } from './outbox';

/** A route with a problem; a working route has no row. */
@Entity('delivery_route')
export class DeliveryRouteEntity {
  @PrimaryColumn('text') route!: string;
  @Column('text') settings!: string;
  @Column('text') state!: RouteTrouble['state'];
  @Column('text') why!: string;
  @Column({ type: 'timestamptz', insert: false }) since!: Date;
}
