import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who may speak to Alloy; `user_id` of the webhook. */
@Entity('account')
export class AccountEntity {
  @PrimaryColumn('text') id!: string;
  @Column({ type: 'timestamptz', name: 'created_at', insert: false }) createdAt!: Date;
  /** Since when nobody may speak for it. */
  @Column('timestamptz', { name: 'removed_at', nullable: true }) removedAt!: Date | null;
}
