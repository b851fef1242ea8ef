"""The first schema."""

import sqlalchemy as sa
from alembic import op

from store.tables.base import Id, Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('callback',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('item_key', sa.Text(), nullable=False),
    sa.Column('body', Json, nullable=False),
    sa.Column('received_at', Instant(), nullable=False),
    sa.Column('address', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), server_default='new', nullable=False),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_callback')),
    sa.UniqueConstraint('provider', 'kind', 'item_key', name=op.f('uq_callback_provider_kind_item_key'))
    )
    op.create_index('ix_callback_address_received_at', 'callback', ['address', 'received_at'], unique=False)
    op.create_index('ix_callback_state', 'callback', ['state'], unique=False)
    op.create_table('channel_trouble',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('stops', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('since', Instant(), nullable=False),
    sa.Column('until', Instant(), nullable=False),
    sa.Column('ended_at', Instant(), nullable=True),
    sa.Column('standing', sa.Boolean(), server_default=sa.true(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channel_trouble')),
    sa.UniqueConstraint('way', 'account', 'standing', name=op.f('uq_channel_trouble_way_account_standing'))
    )
    op.create_table('clock_offset',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seconds', sa.Float(), server_default='0', nullable=False),
    sa.Column('version', sa.Integer(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_offset'))
    )
    op.create_table('disabled_template',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('template_id', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('since', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disabled_template')),
    sa.UniqueConstraint('account', 'template_id', name=op.f('uq_disabled_template_account_template_id'))
    )
    op.create_table('errand',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('day', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'day', name=op.f('pk_errand'))
    )
    op.create_table('process',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('seen_version', sa.Integer(), nullable=False),
    sa.Column('seen_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_process'))
    )
    op.create_table('refusal',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('withdrawn_at', Instant(), nullable=True),
    sa.Column('confirmed', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refusal')),
    sa.UniqueConstraint('address', 'purpose', name=op.f('uq_refusal_address_purpose'))
    )
    op.create_table('store',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('time_zone', sa.Text(), nullable=False),
    sa.Column('hotline', sa.Text(), server_default='', nullable=False),
    sa.Column('rescue', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_store')),
    sa.UniqueConstraint('code', name=op.f('uq_store_code'))
    )
    op.create_table('subscription',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('openid', sa.Text(), nullable=False),
    sa.Column('template_id', sa.Text(), nullable=False),
    sa.Column('left', sa.Integer(), server_default='0', nullable=False),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription')),
    sa.UniqueConstraint('account', 'openid', 'template_id', name=op.f('uq_subscription_account_openid_template_id'))
    )
    op.create_table('wechat_window',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('openid', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('opened_at', Instant(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=False),
    sa.Column('quota', sa.Integer(), nullable=False),
    sa.Column('used', sa.Integer(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wechat_window')),
    sa.UniqueConstraint('account', 'openid', name=op.f('uq_wechat_window_account_openid'))
    )
    op.create_table('api_token',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('revoked_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_api_token_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash'))
    )
    op.create_table('customer',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('external_id', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('known', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('phone', sa.Text(), server_default='', nullable=False),
    sa.Column('phone_state', sa.Text(), server_default='ok', nullable=False),
    sa.Column('birthday', sa.Date(), nullable=True),
    sa.Column('birthday_md', sa.Text(), server_default='', nullable=False),
    sa.Column('merged_into', sa.Integer(), nullable=True),
    sa.Column('created_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_customer_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer')),
    sa.UniqueConstraint('store_id', 'external_id', name=op.f('uq_customer_store_id_external_id'))
    )
    op.create_index(op.f('ix_customer_birthday_md'), 'customer', ['birthday_md'], unique=False)
    op.create_index(op.f('ix_customer_phone'), 'customer', ['phone'], unique=False)
    op.create_index(op.f('ix_customer_store_id'), 'customer', ['store_id'], unique=False)
    op.create_table('event',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), server_default='', nullable=False),
    sa.Column('starts_at', Instant(), nullable=False),
    sa.Column('place', sa.Text(), server_default='', nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), server_default='0', nullable=False),
    sa.Column('audience', Json, nullable=False),
    sa.Column('state', sa.Text(), server_default='draft', nullable=False),
    sa.Column('published_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_event_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    op.create_index(op.f('ix_event_store_id'), 'event', ['store_id'], unique=False)
    op.create_table('rule_day',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('anchor_key', sa.Text(), nullable=False),
    sa.Column('due_at', Instant(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_rule_day_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_day')),
    sa.UniqueConstraint('rule', 'version', 'store_id', 'anchor_key', name=op.f('uq_rule_day_rule_version_store_id_anchor_key'))
    )
    op.create_table('staff',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), server_default='zh', nullable=False),
    sa.Column('active', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_staff_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('username', name=op.f('uq_staff_username'))
    )
    op.create_index(op.f('ix_staff_store_id'), 'staff', ['store_id'], unique=False)
    op.create_table('audit',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=True),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('ref', Json, nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_audit_staff_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_audit_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    op.create_table('consent',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), server_default='', nullable=False),
    sa.Column('given', sa.Boolean(), nullable=False),
    sa.Column('wording', sa.Text(), server_default='', nullable=False),
    sa.Column('evidence', sa.Text(), server_default='', nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_consent_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    op.create_index(op.f('ix_consent_customer_id'), 'consent', ['customer_id'], unique=False)
    op.create_table('draft',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_draft_customer_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_draft_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft'))
    )
    op.create_table('feed',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('ref', Json, nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_feed_customer_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_feed_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed'))
    )
    op.create_index('ix_feed_store_id_id', 'feed', ['store_id', 'id'], unique=False)
    op.create_table('identity',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('following', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('rejects', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('bound_by', sa.Text(), server_default='', nullable=False),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.Column('subscribe_scene', sa.Text(), server_default='', nullable=False),
    sa.Column('qr_scene', sa.Text(), server_default='', nullable=False),
    sa.Column('unionid', sa.Text(), server_default='', nullable=False),
    sa.Column('info_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_identity_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
    sa.UniqueConstraint('channel', 'account', 'address', name=op.f('uq_identity_channel_account_address'))
    )
    op.create_index(op.f('ix_identity_customer_id'), 'identity', ['customer_id'], unique=False)
    op.create_index(op.f('ix_identity_info_at'), 'identity', ['info_at'], unique=False)
    op.create_table('outbox',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=True),
    sa.Column('out_id', sa.Text(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('account', sa.Text(), server_default='', nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('priority', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='queued', nullable=False),
    sa.Column('payload', Json, nullable=False),
    sa.Column('fallback', Json, nullable=True),
    sa.Column('not_before', Instant(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=True),
    sa.Column('retry_at', Instant(), nullable=True),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('lease_by', sa.Text(), nullable=True),
    sa.Column('lease_until', Instant(), nullable=True),
    sa.Column('provider_id', sa.Text(), server_default='', nullable=False),
    sa.Column('code', sa.Text(), server_default='', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('accepted_at', Instant(), nullable=True),
    sa.Column('final_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_outbox_customer_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_outbox_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('out_id', name=op.f('uq_outbox_out_id'))
    )
    op.create_index(op.f('ix_outbox_customer_id'), 'outbox', ['customer_id'], unique=False)
    op.create_index(op.f('ix_outbox_provider_id'), 'outbox', ['provider_id'], unique=False)
    op.create_index('ix_outbox_state_priority_not_before', 'outbox', ['state', 'priority', 'not_before'], unique=False)
    op.create_table('prompt',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('scale', sa.Text(), server_default='', nullable=False),
    sa.Column('ref', Json, nullable=False),
    sa.Column('asked_at', Instant(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=False),
    sa.Column('state', sa.Text(), server_default='open', nullable=False),
    sa.Column('clarified', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.Column('satisfaction', sa.Text(), server_default='', nullable=False),
    sa.Column('text', sa.Text(), server_default='', nullable=False),
    sa.Column('answered_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_prompt_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prompt'))
    )
    op.create_index('ix_prompt_customer_id_state', 'prompt', ['customer_id', 'state'], unique=False)
    op.create_table('rsvp',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('event_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('children', sa.Integer(), server_default='0', nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_rsvp_customer_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_rsvp_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rsvp')),
    sa.UniqueConstraint('event_id', 'customer_id', name=op.f('uq_rsvp_event_id_customer_id'))
    )
    op.create_index(op.f('ix_rsvp_customer_id'), 'rsvp', ['customer_id'], unique=False)
    op.create_table('thread',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('owner_id', Id, nullable=True),
    sa.Column('state', sa.Text(), server_default='bot', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('priority', sa.Text(), server_default='', nullable=False),
    sa.Column('answer_by', Instant(), nullable=True),
    sa.Column('due_at', Instant(), nullable=True),
    sa.Column('last_at', Instant(), nullable=False),
    sa.Column('last_text', sa.Text(), server_default='', nullable=False),
    sa.Column('last_channel', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_thread_customer_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['staff.id'], name=op.f('fk_thread_owner_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_thread_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread')),
    sa.UniqueConstraint('customer_id', name=op.f('uq_thread_customer_id'))
    )
    op.create_index('ix_thread_store_id_due_at', 'thread', ['store_id', 'due_at'], unique=False)
    op.create_table('touchpoint',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('occurrence', sa.Text(), nullable=False),
    sa.Column('rule_version', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('anchor_key', sa.Text(), server_default='', nullable=False),
    sa.Column('due_at', Instant(), nullable=False),
    sa.Column('planned_for', Instant(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=True),
    sa.Column('ref', Json, nullable=False),
    sa.Column('case_message', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('state', sa.Text(), server_default='planned', nullable=False),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('lease_by', sa.Text(), nullable=True),
    sa.Column('lease_until', Instant(), nullable=True),
    sa.Column('done_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_touchpoint_customer_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_touchpoint_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_touchpoint')),
    sa.UniqueConstraint('customer_id', 'rule', 'occurrence', name=op.f('uq_touchpoint_customer_id_rule_occurrence'))
    )
    op.create_index(op.f('ix_touchpoint_customer_id'), 'touchpoint', ['customer_id'], unique=False)
    op.create_index('ix_touchpoint_rule_state', 'touchpoint', ['rule', 'state'], unique=False)
    op.create_index('ix_touchpoint_state_category_due_at', 'touchpoint', ['state', 'category', 'due_at'], unique=False)
    op.create_table('vehicle',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('external_id', sa.Text(), nullable=True),
    sa.Column('plate', sa.Text(), server_default='', nullable=False),
    sa.Column('model', sa.Text(), server_default='', nullable=False),
    sa.Column('vin', sa.Text(), server_default='', nullable=False),
    sa.Column('mileage', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_vehicle_customer_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_vehicle_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vehicle')),
    sa.UniqueConstraint('store_id', 'external_id', name=op.f('uq_vehicle_store_id_external_id'))
    )
    op.create_index(op.f('ix_vehicle_customer_id'), 'vehicle', ['customer_id'], unique=False)
    op.create_table('attempt',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('outbox_id', Id, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('started_at', Instant(), nullable=False),
    sa.Column('ended_at', Instant(), nullable=True),
    sa.Column('result', sa.Text(), server_default='open', nullable=False),
    sa.Column('code', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_attempt_outbox_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt'))
    )
    op.create_index(op.f('ix_attempt_outbox_id'), 'attempt', ['outbox_id'], unique=False)
    op.create_table('carries',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('outbox_id', Id, nullable=False),
    sa.Column('touchpoint_id', Id, nullable=False),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_carries_outbox_id')),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_carries_touchpoint_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carries')),
    sa.UniqueConstraint('outbox_id', 'touchpoint_id', name=op.f('uq_carries_outbox_id_touchpoint_id'))
    )
    op.create_index(op.f('ix_carries_touchpoint_id'), 'carries', ['touchpoint_id'], unique=False)
    op.create_table('mass_copy',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('outbox_id', Id, nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('openid', sa.Text(), nullable=False),
    sa.Column('month', sa.Text(), nullable=False),
    sa.Column('copies', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_mass_copy_outbox_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mass_copy')),
    sa.UniqueConstraint('outbox_id', 'openid', name=op.f('uq_mass_copy_outbox_id_openid'))
    )
    op.create_index('ix_mass_copy_openid_month', 'mass_copy', ['openid', 'month'], unique=False)
    op.create_table('repair_order',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('vehicle_id', Id, nullable=True),
    sa.Column('advisor_id', Id, nullable=True),
    sa.Column('external_id', sa.Text(), nullable=False),
    sa.Column('advisor_name', sa.Text(), server_default='', nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('delivered_at', Instant(), nullable=True),
    sa.Column('delivered_on', sa.Date(), nullable=True),
    sa.Column('delivery', sa.Integer(), server_default='1', nullable=False),
    sa.Column('items', Json, nullable=False),
    sa.Column('amount_fen', sa.Integer(), nullable=True),
    sa.Column('file', Json, nullable=True),
    sa.Column('updated_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['advisor_id'], ['staff.id'], name=op.f('fk_repair_order_advisor_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_repair_order_customer_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_repair_order_store_id')),
    sa.ForeignKeyConstraint(['vehicle_id'], ['vehicle.id'], name=op.f('fk_repair_order_vehicle_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_repair_order')),
    sa.UniqueConstraint('store_id', 'external_id', name=op.f('uq_repair_order_store_id_external_id'))
    )
    op.create_index(op.f('ix_repair_order_customer_id'), 'repair_order', ['customer_id'], unique=False)
    op.create_index(op.f('ix_repair_order_delivered_on'), 'repair_order', ['delivered_on'], unique=False)
    op.create_table('verdict',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('touchpoint_id', Id, nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('step', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('detail', Json, nullable=True),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_verdict_touchpoint_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verdict'))
    )
    op.create_index(op.f('ix_verdict_touchpoint_id'), 'verdict', ['touchpoint_id'], unique=False)
    op.create_table('bind_token',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('repair_order_id', Id, nullable=True),
    sa.Column('expires_at', Instant(), nullable=False),
    sa.Column('used_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_bind_token_customer_id')),
    sa.ForeignKeyConstraint(['repair_order_id'], ['repair_order.id'], name=op.f('fk_bind_token_repair_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bind_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_bind_token_token_hash'))
    )
    op.create_table('cases',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('repair_order_id', Id, nullable=True),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), server_default='open', nullable=False),
    sa.Column('round', sa.Integer(), server_default='1', nullable=False),
    sa.Column('owner_id', Id, nullable=False),
    sa.Column('about_staff_id', Id, nullable=True),
    sa.Column('text', sa.Text(), server_default='', nullable=False),
    sa.Column('plan', sa.Text(), server_default='', nullable=False),
    sa.Column('fix', sa.Text(), server_default='', nullable=False),
    sa.Column('opened_at', Instant(), nullable=False),
    sa.Column('fixed_at', Instant(), nullable=True),
    sa.Column('closed_at', Instant(), nullable=True),
    sa.Column('ended_as', sa.Text(), nullable=True),
    sa.Column('close_reason', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['about_staff_id'], ['staff.id'], name=op.f('fk_cases_about_staff_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_cases_customer_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['staff.id'], name=op.f('fk_cases_owner_id')),
    sa.ForeignKeyConstraint(['repair_order_id'], ['repair_order.id'], name=op.f('fk_cases_repair_order_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_cases_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases'))
    )
    op.create_index(op.f('ix_cases_customer_id'), 'cases', ['customer_id'], unique=False)
    op.create_index(op.f('ix_cases_store_id'), 'cases', ['store_id'], unique=False)
    op.create_index('ix_cases_store_id_state', 'cases', ['store_id', 'state'], unique=False)
    op.create_table('quote',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('repair_order_id', Id, nullable=False),
    sa.Column('external_id', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('ready_at', Instant(), nullable=True),
    sa.Column('expires_at', Instant(), nullable=False),
    sa.Column('total_fen', sa.Integer(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('sent_at', Instant(), nullable=True),
    sa.Column('answered_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['repair_order_id'], ['repair_order.id'], name=op.f('fk_quote_repair_order_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_quote_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quote')),
    sa.UniqueConstraint('store_id', 'external_id', 'version', name=op.f('uq_quote_store_id_external_id_version'))
    )
    op.create_index(op.f('ix_quote_repair_order_id'), 'quote', ['repair_order_id'], unique=False)
    op.create_table('case_step',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('case_id', Id, nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('staff_id', Id, nullable=True),
    sa.Column('text', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_step_case_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_case_step_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_step'))
    )
    op.create_index(op.f('ix_case_step_case_id'), 'case_step', ['case_id'], unique=False)
    op.create_table('deadline',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('case_id', Id, nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('warn_at', Instant(), nullable=False),
    sa.Column('due_at', Instant(), nullable=False),
    sa.Column('warned_at', Instant(), nullable=True),
    sa.Column('met_at', Instant(), nullable=True),
    sa.Column('breached_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_deadline_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deadline')),
    sa.UniqueConstraint('case_id', 'round', 'kind', name=op.f('uq_deadline_case_id_round_kind'))
    )
    op.create_index(op.f('ix_deadline_due_at'), 'deadline', ['due_at'], unique=False)
    op.create_table('message',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('direction', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('author', sa.Text(), nullable=False),
    sa.Column('staff_id', Id, nullable=True),
    sa.Column('text', sa.Text(), server_default='', nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('provider_key', sa.Text(), nullable=True),
    sa.Column('reply', Json, nullable=True),
    sa.Column('intent', sa.Text(), server_default='', nullable=False),
    sa.Column('outbox_id', Id, nullable=True),
    sa.Column('touchpoint_id', Id, nullable=True),
    sa.Column('case_id', Id, nullable=True),
    sa.Column('data', Json, nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_message_case_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_message_customer_id')),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_message_outbox_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_message_staff_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_message_store_id')),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_message_touchpoint_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('provider_key', name=op.f('uq_message_provider_key'))
    )
    op.create_index('ix_message_customer_id_id', 'message', ['customer_id', 'id'], unique=False)
    op.create_index(op.f('ix_message_outbox_id'), 'message', ['outbox_id'], unique=False)
    op.create_table('fact',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('message_id', Id, nullable=True),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_fact_customer_id')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_fact_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fact'))
    )
    op.create_index(op.f('ix_fact_customer_id'), 'fact', ['customer_id'], unique=False)
    op.create_table('media',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('message_id', Id, nullable=True),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('openid', sa.Text(), nullable=False),
    sa.Column('provider_id', sa.Text(), server_default='', nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='wanted', nullable=False),
    sa.Column('mime', sa.Text(), server_default='', nullable=False),
    sa.Column('bytes', sa.Integer(), server_default='0', nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('wanted_at', Instant(), nullable=False),
    sa.Column('retry_at', Instant(), nullable=False),
    sa.Column('lease_by', sa.Text(), nullable=True),
    sa.Column('lease_until', Instant(), nullable=True),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('kept_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_media_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media')),
    sa.UniqueConstraint('message_id', name=op.f('uq_media_message_id'))
    )
    op.create_index('ix_media_account_openid', 'media', ['account', 'openid'], unique=False)
    op.create_index(op.f('ix_media_name'), 'media', ['name'], unique=False)
    op.create_index('ix_media_state_retry_at', 'media', ['state', 'retry_at'], unique=False)
    op.create_table('quote_line',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('quote_id', Id, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('part_no', sa.Text(), server_default='', nullable=False),
    sa.Column('brand', sa.Text(), server_default='', nullable=False),
    sa.Column('unit_fen', sa.Integer(), nullable=True),
    sa.Column('quantity', sa.Text(), nullable=True),
    sa.Column('rate_fen', sa.Integer(), nullable=True),
    sa.Column('hours', sa.Text(), nullable=True),
    sa.Column('total_fen', sa.Integer(), nullable=False),
    sa.Column('warranty_days', sa.Integer(), nullable=True),
    sa.Column('warranty_km', sa.Integer(), nullable=True),
    sa.Column('urgency', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answered_at', Instant(), nullable=True),
    sa.Column('answered_by', Id, nullable=True),
    sa.Column('channel', sa.Text(), server_default='', nullable=False),
    sa.Column('text', sa.Text(), server_default='', nullable=False),
    sa.Column('message_id', Id, nullable=True),
    sa.CheckConstraint('total_fen >= 0', name=op.f('ck_quote_line_total_fen_not_negative')),
    sa.ForeignKeyConstraint(['answered_by'], ['customer.id'], name=op.f('fk_quote_line_answered_by')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_quote_line_message_id')),
    sa.ForeignKeyConstraint(['quote_id'], ['quote.id'], name=op.f('fk_quote_line_quote_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quote_line')),
    sa.UniqueConstraint('quote_id', 'position', name=op.f('uq_quote_line_quote_id_position'))
    )


def downgrade() -> None:
    op.drop_table('quote_line')
    op.drop_index('ix_media_state_retry_at', table_name='media')
    op.drop_index(op.f('ix_media_name'), table_name='media')
    op.drop_index('ix_media_account_openid', table_name='media')
    op.drop_table('media')
    op.drop_index(op.f('ix_fact_customer_id'), table_name='fact')
    op.drop_table('fact')
    op.drop_index(op.f('ix_message_outbox_id'), table_name='message')
    op.drop_index('ix_message_customer_id_id', table_name='message')
    op.drop_table('message')
    op.drop_index(op.f('ix_deadline_due_at'), table_name='deadline')
    op.drop_table('deadline')
    op.drop_index(op.f('ix_case_step_case_id'), table_name='case_step')
    op.drop_table('case_step')
    op.drop_index(op.f('ix_quote_repair_order_id'), table_name='quote')
    op.drop_table('quote')
    op.drop_index('ix_cases_store_id_state', table_name='cases')
    op.drop_index(op.f('ix_cases_store_id'), table_name='cases')
    op.drop_index(op.f('ix_cases_customer_id'), table_name='cases')
    op.drop_table('cases')
    op.drop_table('bind_token')
    op.drop_index(op.f('ix_verdict_touchpoint_id'), table_name='verdict')
    op.drop_table('verdict')
    op.drop_index(op.f('ix_repair_order_delivered_on'), table_name='repair_order')
    op.drop_index(op.f('ix_repair_order_customer_id'), table_name='repair_order')
    op.drop_table('repair_order')
    op.drop_index('ix_mass_copy_openid_month', table_name='mass_copy')
    op.drop_table('mass_copy')
    op.drop_index(op.f('ix_carries_touchpoint_id'), table_name='carries')
    op.drop_table('carries')
    op.drop_index(op.f('ix_attempt_outbox_id'), table_name='attempt')
    op.drop_table('attempt')
    op.drop_index(op.f('ix_vehicle_customer_id'), table_name='vehicle')
    op.drop_table('vehicle')
    op.drop_index('ix_touchpoint_state_category_due_at', table_name='touchpoint')
    op.drop_index('ix_touchpoint_rule_state', table_name='touchpoint')
    op.drop_index(op.f('ix_touchpoint_customer_id'), table_name='touchpoint')
    op.drop_table('touchpoint')
    op.drop_index('ix_thread_store_id_due_at', table_name='thread')
    op.drop_table('thread')
    op.drop_index(op.f('ix_rsvp_customer_id'), table_name='rsvp')
    op.drop_table('rsvp')
    op.drop_index('ix_prompt_customer_id_state', table_name='prompt')
    op.drop_table('prompt')
    op.drop_index('ix_outbox_state_priority_not_before', table_name='outbox')
    op.drop_index(op.f('ix_outbox_provider_id'), table_name='outbox')
    op.drop_index(op.f('ix_outbox_customer_id'), table_name='outbox')
    op.drop_table('outbox')
    op.drop_index(op.f('ix_identity_info_at'), table_name='identity')
    op.drop_index(op.f('ix_identity_customer_id'), table_name='identity')
    op.drop_table('identity')
    op.drop_index('ix_feed_store_id_id', table_name='feed')
    op.drop_table('feed')
    op.drop_table('draft')
    op.drop_index(op.f('ix_consent_customer_id'), table_name='consent')
    op.drop_table('consent')
    op.drop_table('audit')
    op.drop_index(op.f('ix_staff_store_id'), table_name='staff')
    op.drop_table('staff')
    op.drop_table('rule_day')
    op.drop_index(op.f('ix_event_store_id'), table_name='event')
    op.drop_table('event')
    op.drop_index(op.f('ix_customer_store_id'), table_name='customer')
    op.drop_index(op.f('ix_customer_phone'), table_name='customer')
    op.drop_index(op.f('ix_customer_birthday_md'), table_name='customer')
    op.drop_table('customer')
    op.drop_table('api_token')
    op.drop_table('wechat_window')
    op.drop_table('subscription')
    op.drop_table('store')
    op.drop_table('refusal')
    op.drop_table('process')
    op.drop_table('errand')
    op.drop_table('disabled_template')
    op.drop_table('clock_offset')
    op.drop_table('channel_trouble')
    op.drop_index('ix_callback_state', table_name='callback')
    op.drop_index('ix_callback_address_received_at', table_name='callback')
    op.drop_table('callback')
