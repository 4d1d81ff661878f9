import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A user of Alloy; `user_id` of the webhook. */
@Entity('account')
export class AccountEntity {
  @PrimaryColumn('text') id!: string;
  @Column({ type: 'timestamptz', name: 'created_at', insert: false }) createdAt!: Date;
  /** Since when the account is removed. */
  @Column('timestamptz', { name: 'removed_at', nullable: true }) removedAt!: Date | null;
}
