"""The first schema."""

import sqlalchemy as sa
from alembic import op

from store.tables import searching, spread
from store.tables.base import Id, Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alert_way',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('destination', sa.Text(), nullable=False),
    sa.Column('lease_by', sa.Text(), nullable=True),
    sa.Column('lease_until', Instant(), nullable=True),
    sa.Column('code', sa.Text(), server_default='', nullable=False),
    sa.Column('said_at', Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_way')),
    sa.UniqueConstraint('destination', name=op.f('uq_alert_way_destination'))
    )
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
    op.create_table('consent_text',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('wording', sa.Text(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent_text')),
    sa.UniqueConstraint('wording', 'version', name=op.f('uq_consent_text_wording_version'))
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
    op.create_table('set_up',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.Text(), nullable=False),
    sa.Column('made_at', Instant(), nullable=False),
    sa.Column('done', Json, nullable=False),
    sa.Column('closed_at', Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_set_up'))
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
    op.create_index(op.f('ix_subscription_openid'), 'subscription', ['openid'], unique=False)
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
    sa.Column('used_at', Instant(), nullable=True),
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
    sa.Column('confirm_since', Instant(), nullable=True),
    sa.Column('confirm_why', sa.Text(), server_default='', nullable=False),
    sa.Column('email', sa.Text(), server_default='', nullable=False),
    sa.Column('email_state', sa.Text(), server_default='ok', nullable=False),
    sa.Column('birthday', sa.Date(), nullable=True),
    sa.Column('birthday_md', sa.Text(), server_default='', nullable=False),
    sa.Column('city', sa.Text(), server_default='', nullable=False),
    sa.Column('member', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('merged_into', sa.Integer(), nullable=True),
    sa.Column('created_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_customer_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer')),
    sa.UniqueConstraint('store_id', 'external_id', name=op.f('uq_customer_store_id_external_id'))
    )
    op.create_index(op.f('ix_customer_birthday_md'), 'customer', ['birthday_md'], unique=False)
    op.create_index(op.f('ix_customer_email'), 'customer', ['email'], unique=False)
    op.create_index(op.f('ix_customer_merged_into'), 'customer', ['merged_into'], unique=False)
    op.create_index(op.f('ix_customer_phone'), 'customer', ['phone'], unique=False)
    op.create_index('ix_customer_store_id_name', 'customer', ['store_id', 'name'], unique=False)
    op.create_table('event',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), server_default='', nullable=False),
    sa.Column('starts_at', Instant(), nullable=False),
    sa.Column('place', sa.Text(), server_default='', nullable=False),
    sa.Column('cost', sa.Text(), server_default='', nullable=False),
    sa.Column('offers', sa.Text(), server_default='', nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), server_default='0', nullable=False),
    sa.Column('audience', Json, nullable=False),
    sa.Column('shares', Json, server_default='[100]', nullable=False),
    sa.Column('wave_hours', sa.Integer(), server_default='24', nullable=False),
    sa.Column('confirm_hours', sa.Integer(), server_default='24', nullable=False),
    sa.Column('photos', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), server_default='draft', nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('published_at', Instant(), nullable=True),
    sa.Column('changed_at', Instant(), nullable=True),
    sa.Column('cancelled_at', Instant(), nullable=True),
    sa.CheckConstraint('taken >= 0 AND taken <= capacity', name=op.f('ck_event_taken_within_capacity')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_event_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    op.create_index(op.f('ix_event_starts_at'), 'event', ['starts_at'], unique=False)
    op.create_index(op.f('ix_event_store_id'), 'event', ['store_id'], unique=False)
    op.create_table('label',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_label_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_label')),
    sa.UniqueConstraint('store_id', 'name', name=op.f('uq_label_store_id_name'))
    )
    op.create_table('recall',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('external_id', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_recall_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recall')),
    sa.UniqueConstraint('store_id', 'external_id', name=op.f('uq_recall_store_id_external_id'))
    )
    op.create_table('rule_day',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('anchor_key', sa.Text(), nullable=False),
    sa.Column('from_bucket', sa.Integer(), server_default='0', nullable=False),
    sa.Column('below_bucket', sa.Integer(), server_default='100', nullable=False),
    sa.Column('due_at', Instant(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_rule_day_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_day')),
    sa.UniqueConstraint('rule', 'version', 'store_id', 'anchor_key', 'from_bucket', name=op.f('uq_rule_day_rule_version_store_id_anchor_key_from_bucket'))
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
    sa.Column('keys', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('totp', sa.Text(), server_default='', nullable=False),
    sa.Column('totp_on', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('totp_step', sa.Integer(), nullable=True),
    sa.Column('oidc_subject', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_staff_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('oidc_subject', name=op.f('uq_staff_oidc_subject')),
    sa.UniqueConstraint('username', name=op.f('uq_staff_username'))
    )
    op.create_index(op.f('ix_staff_store_id'), 'staff', ['store_id'], unique=False)
    op.create_table('alert',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), server_default='', nullable=False),
    sa.Column('ref', Json, nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('state', sa.Text(), server_default='new', nullable=False),
    sa.Column('into_id', Id, nullable=True),
    sa.Column('times', sa.Integer(), server_default='1', nullable=False),
    sa.Column('round', sa.Integer(), server_default='0', nullable=False),
    sa.Column('repeat_at', Instant(), nullable=True),
    sa.Column('acknowledged_at', Instant(), nullable=True),
    sa.Column('acknowledged_by', Id, nullable=True),
    sa.Column('via', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['acknowledged_by'], ['staff.id'], name=op.f('fk_alert_acknowledged_by')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_alert_customer_id')),
    sa.ForeignKeyConstraint(['into_id'], ['alert.id'], name=op.f('fk_alert_into_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_alert_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert'))
    )
    op.create_index('ix_alert_state_level', 'alert', ['state', 'level'], unique=False)
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
    op.create_index(op.f('ix_audit_store_id'), 'audit', ['store_id'], unique=False)
    op.create_table('bookmark',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('seen_id', Id, server_default='0', nullable=False),
    sa.Column('way', sa.Text(), server_default='', nullable=False),
    sa.Column('draft', sa.Text(), server_default='', nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_bookmark_customer_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_bookmark_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bookmark')),
    sa.UniqueConstraint('staff_id', 'customer_id', name=op.f('uq_bookmark_staff_id_customer_id'))
    )
    op.create_index(op.f('ix_bookmark_customer_id'), 'bookmark', ['customer_id'], unique=False)
    op.create_table('consent',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('customer_id', Id, nullable=True),
    sa.Column('address', sa.Text(), server_default='', nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), server_default='', nullable=False),
    sa.Column('given', sa.Boolean(), nullable=False),
    sa.Column('source', sa.Text(), server_default='', nullable=False),
    sa.Column('wording', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Text(), server_default='', nullable=False),
    sa.Column('evidence', sa.Text(), server_default='', nullable=False),
    sa.Column('aside', sa.Text(), server_default='', nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_consent_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    op.create_index(op.f('ix_consent_address'), 'consent', ['address'], unique=False)
    op.create_index(op.f('ix_consent_customer_id'), 'consent', ['customer_id'], unique=False)
    op.create_table('duty',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('rung', sa.Text(), nullable=False),
    sa.Column('starts_at', Instant(), nullable=False),
    sa.Column('ends_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_duty_staff_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_duty_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty'))
    )
    op.create_index(op.f('ix_duty_staff_id'), 'duty', ['staff_id'], unique=False)
    op.create_index('ix_duty_store_id_ends_at', 'duty', ['store_id', 'ends_at'], unique=False)
    op.create_table('event_arrival',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('event_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=True),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('heads', sa.Integer(), nullable=False),
    sa.Column('children', sa.Integer(), server_default='0', nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('friend_code', sa.Text(), nullable=True),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_event_arrival_customer_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_arrival_event_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_event_arrival_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_arrival')),
    sa.UniqueConstraint('event_id', 'customer_id', name=op.f('uq_event_arrival_event_id_customer_id')),
    sa.UniqueConstraint('event_id', 'key', name=op.f('uq_event_arrival_event_id_key')),
    sa.UniqueConstraint('friend_code', name=op.f('uq_event_arrival_friend_code'))
    )
    op.create_index(op.f('ix_event_arrival_customer_id'), 'event_arrival', ['customer_id'], unique=False)
    op.create_table('event_invitee',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('event_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('wave', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_event_invitee_customer_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_invitee_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_invitee')),
    sa.UniqueConstraint('event_id', 'customer_id', name=op.f('uq_event_invitee_event_id_customer_id'))
    )
    op.create_index(op.f('ix_event_invitee_customer_id'), 'event_invitee', ['customer_id'], unique=False)
    op.create_table('event_wave',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('event_id', Id, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('invited', sa.Integer(), server_default='0', nullable=False),
    sa.Column('opened_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_wave_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_wave')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_event_wave_event_id_number'))
    )
    op.create_table('faq_version',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('entry', Json, nullable=False),
    sa.Column('state', sa.Text(), server_default='proposed', nullable=False),
    sa.Column('made_by', Id, nullable=False),
    sa.Column('made_at', Instant(), nullable=False),
    sa.Column('settled_by', Id, nullable=True),
    sa.Column('settled_at', Instant(), nullable=True),
    sa.Column('reviewed', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['staff.id'], name=op.f('fk_faq_version_made_by')),
    sa.ForeignKeyConstraint(['settled_by'], ['staff.id'], name=op.f('fk_faq_version_settled_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_faq_version'))
    )
    op.create_index('ix_faq_version_about_topic_state_id', 'faq_version', ['about', 'topic', 'state', 'id'], unique=False)
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
    sa.Column('stranger', sa.Boolean(), server_default=sa.false(), nullable=False),
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
    op.create_table('journey_approval',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('journey', sa.Text(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('content', Json, nullable=False),
    sa.Column('made_by', Id, nullable=False),
    sa.Column('made_at', Instant(), nullable=False),
    sa.Column('approved_by', Id, nullable=True),
    sa.Column('approved_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['approved_by'], ['staff.id'], name=op.f('fk_journey_approval_approved_by')),
    sa.ForeignKeyConstraint(['made_by'], ['staff.id'], name=op.f('fk_journey_approval_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journey_approval')),
    sa.UniqueConstraint('journey', 'version', name=op.f('uq_journey_approval_journey_version'))
    )
    op.create_table('journey_pause',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('journey', sa.Text(), nullable=False),
    sa.Column('paused_by', Id, nullable=False),
    sa.Column('paused_at', Instant(), nullable=False),
    sa.Column('why', sa.Text(), server_default='', nullable=False),
    sa.Column('asked_by', Id, nullable=True),
    sa.Column('asked_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['staff.id'], name=op.f('fk_journey_pause_asked_by')),
    sa.ForeignKeyConstraint(['paused_by'], ['staff.id'], name=op.f('fk_journey_pause_paused_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journey_pause')),
    sa.UniqueConstraint('journey', name=op.f('uq_journey_pause_journey'))
    )
    op.create_table('labelled',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('label_id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_labelled_customer_id')),
    sa.ForeignKeyConstraint(['label_id'], ['label.id'], name=op.f('fk_labelled_label_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_labelled_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_labelled')),
    sa.UniqueConstraint('customer_id', 'label_id', name=op.f('uq_labelled_customer_id_label_id'))
    )
    op.create_index(op.f('ix_labelled_label_id'), 'labelled', ['label_id'], unique=False)
    op.create_table('merging',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('from_id', Id, nullable=False),
    sa.Column('into_id', Id, nullable=False),
    sa.Column('moved', Json, nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('undone_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['from_id'], ['customer.id'], name=op.f('fk_merging_from_id')),
    sa.ForeignKeyConstraint(['into_id'], ['customer.id'], name=op.f('fk_merging_into_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_merging_staff_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_merging_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merging'))
    )
    op.create_index(op.f('ix_merging_from_id'), 'merging', ['from_id'], unique=False)
    op.create_index(op.f('ix_merging_into_id'), 'merging', ['into_id'], unique=False)
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
    sa.Column('late_at', Instant(), nullable=True),
    sa.Column('cost_fen', sa.Float(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_outbox_customer_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_outbox_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('out_id', name=op.f('uq_outbox_out_id'))
    )
    op.create_index(op.f('ix_outbox_address'), 'outbox', ['address'], unique=False)
    op.create_index(op.f('ix_outbox_customer_id'), 'outbox', ['customer_id'], unique=False)
    op.create_index(op.f('ix_outbox_provider_id'), 'outbox', ['provider_id'], unique=False)
    op.create_index('ix_outbox_state_priority_not_before', 'outbox', ['state', 'priority', 'not_before'], unique=False)
    op.create_table('own_address',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('account', sa.Text(), server_default='', nullable=False),
    sa.Column('address', sa.Text(), server_default='', nullable=False),
    sa.Column('code', sa.Text(), server_default='', nullable=False),
    sa.Column('after_id', sa.Integer(), server_default='0', nullable=False),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('expires_at', Instant(), nullable=False),
    sa.Column('proved_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_own_address_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_address')),
    sa.UniqueConstraint('staff_id', 'way', name=op.f('uq_own_address_staff_id_way'))
    )
    op.create_table('presence',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('chosen', sa.Text(), nullable=False),
    sa.Column('seen_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_presence_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presence')),
    sa.UniqueConstraint('staff_id', name=op.f('uq_presence_staff_id'))
    )
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
    op.create_table('recall_car',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('recall_id', Id, nullable=False),
    sa.Column('vin', sa.Text(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['recall_id'], ['recall.id'], name=op.f('fk_recall_car_recall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recall_car')),
    sa.UniqueConstraint('recall_id', 'vin', name=op.f('uq_recall_car_recall_id_vin'))
    )
    op.create_index(op.f('ix_recall_car_vin'), 'recall_car', ['vin'], unique=False)
    op.create_table('recovery_code',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('code_hash', sa.Text(), nullable=False),
    sa.Column('used_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_recovery_code_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code'))
    )
    op.create_index(op.f('ix_recovery_code_staff_id'), 'recovery_code', ['staff_id'], unique=False)
    op.create_table('rsvp',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('event_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('children', sa.Integer(), server_default='0', nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('code', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('via', sa.Text(), server_default='', nullable=False),
    sa.Column('since', Instant(), nullable=True),
    sa.Column('offers', sa.Integer(), server_default='0', nullable=False),
    sa.Column('offered_until', Instant(), nullable=True),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_rsvp_customer_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_rsvp_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rsvp')),
    sa.UniqueConstraint('event_id', 'code', name=op.f('uq_rsvp_event_id_code')),
    sa.UniqueConstraint('event_id', 'customer_id', name=op.f('uq_rsvp_event_id_customer_id'))
    )
    op.create_index(op.f('ix_rsvp_customer_id'), 'rsvp', ['customer_id'], unique=False)
    op.create_table('saved_view',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_saved_view_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
    sa.UniqueConstraint('staff_id', 'name', name=op.f('uq_saved_view_staff_id_name'))
    )
    op.create_table('snippet',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=True),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('sounds', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_snippet_staff_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_snippet_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_snippet'))
    )
    op.create_index(op.f('ix_snippet_store_id'), 'snippet', ['store_id'], unique=False)
    op.create_table('staff_link',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('made_by', Id, nullable=True),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=False),
    sa.Column('used_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['staff.id'], name=op.f('fk_staff_link_made_by')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_link_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_staff_link_token_hash'))
    )
    op.create_index(op.f('ix_staff_link_staff_id'), 'staff_link', ['staff_id'], unique=False)
    op.create_table('staff_notice',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('browser', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('sound', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('lowest', sa.Text(), server_default='normal', nullable=False),
    sa.Column('off', Json, nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_notice_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_notice')),
    sa.UniqueConstraint('staff_id', name=op.f('uq_staff_notice_staff_id'))
    )
    op.create_table('staff_session',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), server_default='', nullable=False),
    sa.Column('address', sa.Text(), server_default='', nullable=False),
    sa.Column('way', sa.Text(), server_default='password', nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('seen_at', Instant(), nullable=False),
    sa.Column('ended_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_session_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_staff_session_token_hash'))
    )
    op.create_index(op.f('ix_staff_session_staff_id'), 'staff_session', ['staff_id'], unique=False)
    op.create_table('thread',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('owner_id', Id, nullable=True),
    sa.Column('state', sa.Text(), server_default='bot', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('priority', sa.Text(), server_default='', nullable=False),
    sa.Column('answer_by', Instant(), nullable=True),
    sa.Column('remind_at', Instant(), nullable=True),
    sa.Column('remind_id', Id, nullable=True),
    sa.Column('reminded', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('due_at', Instant(), nullable=True),
    sa.Column('last_at', Instant(), nullable=False),
    sa.Column('last_text', sa.Text(), server_default='', nullable=False),
    sa.Column('last_channel', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_thread_customer_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['staff.id'], name=op.f('fk_thread_owner_id')),
    sa.ForeignKeyConstraint(['remind_id'], ['staff.id'], name=op.f('fk_thread_remind_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_thread_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread')),
    sa.UniqueConstraint('customer_id', name=op.f('uq_thread_customer_id'))
    )
    op.create_index('ix_thread_due_at', 'thread', ['due_at'], unique=False)
    op.create_index('ix_thread_last_at', 'thread', ['last_at'], unique=False)
    op.create_index('ix_thread_owner_id_state', 'thread', ['owner_id', 'state'], unique=False)
    op.create_index('ix_thread_remind_at', 'thread', ['remind_at'], unique=False)
    op.create_index('ix_thread_state_last_at', 'thread', ['state', 'last_at'], unique=False)
    op.create_index('ix_thread_store_id_due_at', 'thread', ['store_id', 'due_at'], unique=False)
    op.create_index('ix_thread_store_id_last_at', 'thread', ['store_id', 'last_at'], unique=False)
    op.create_index('ix_thread_store_id_state_last_at', 'thread', ['store_id', 'state', 'last_at'], unique=False)
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
    sa.Column('energy', sa.Text(), server_default='', nullable=False),
    sa.Column('first_registration', sa.Date(), nullable=True),
    sa.Column('delivered_on', sa.Date(), nullable=True),
    sa.Column('warranty_until', sa.Date(), nullable=True),
    sa.Column('sold_on', sa.Date(), nullable=True),
    sa.Column('serviced_on', sa.Date(), nullable=True),
    sa.Column('inspection_until', sa.Date(), nullable=True),
    sa.Column('lifecycle', sa.Text(), server_default='', nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_vehicle_customer_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_vehicle_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vehicle')),
    sa.UniqueConstraint('store_id', 'external_id', name=op.f('uq_vehicle_store_id_external_id'))
    )
    op.create_index(op.f('ix_vehicle_customer_id'), 'vehicle', ['customer_id'], unique=False)
    op.create_index(op.f('ix_vehicle_dated_on'), 'vehicle', ['dated_on'], unique=False)
    op.create_index('ix_vehicle_store_id_plate_customer_id', 'vehicle', ['store_id', 'plate', 'customer_id'], unique=False)
    op.create_index(op.f('ix_vehicle_vin'), 'vehicle', ['vin'], unique=False)
    op.create_table('visit',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=True),
    sa.Column('submission', sa.Text(), nullable=True),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('spot', sa.Text(), server_default='', nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('need', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('arrived_at', Instant(), nullable=False),
    sa.Column('called_at', Instant(), nullable=False),
    sa.Column('due_at', Instant(), nullable=True),
    sa.Column('nudge_at', Instant(), nullable=True),
    sa.Column('nudged_at', Instant(), nullable=True),
    sa.Column('escalated_at', Instant(), nullable=True),
    sa.Column('attended_at', Instant(), nullable=True),
    sa.Column('ended_at', Instant(), nullable=True),
    sa.Column('consultant_id', Id, nullable=True),
    sa.Column('backup_id', Id, nullable=True),
    sa.ForeignKeyConstraint(['backup_id'], ['staff.id'], name=op.f('fk_visit_backup_id')),
    sa.ForeignKeyConstraint(['consultant_id'], ['staff.id'], name=op.f('fk_visit_consultant_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_visit_customer_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_visit_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit')),
    sa.UniqueConstraint('submission', name=op.f('uq_visit_submission'))
    )
    op.create_index('ix_visit_customer_id', 'visit', ['customer_id'], unique=False)
    op.create_index('ix_visit_state_nudge_at', 'visit', ['state', 'nudge_at'], unique=False)
    op.create_index('ix_visit_store_id_arrived_at', 'visit', ['store_id', 'arrived_at'], unique=False)
    op.create_table('wait',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('since', Instant(), nullable=False),
    sa.Column('after_id', Id, server_default='0', nullable=False),
    sa.Column('ended_at', Instant(), nullable=True),
    sa.Column('staff_id', Id, nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_wait_customer_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_wait_staff_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_wait_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wait'))
    )
    op.create_index('ix_wait_customer_id_ended_at', 'wait', ['customer_id', 'ended_at'], unique=False)
    op.create_index('ix_wait_store_id_since', 'wait', ['store_id', 'since'], unique=False)
    op.create_table('wait_mark',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('answer_by', Instant(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_wait_mark_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wait_mark')),
    sa.UniqueConstraint('customer_id', 'answer_by', 'stage', name=op.f('uq_wait_mark_customer_id_answer_by_stage'))
    )
    op.create_table('alert_copy',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('alert_id', Id, nullable=False),
    sa.Column('destination', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), server_default='queued', nullable=False),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('retry_at', Instant(), nullable=False),
    sa.Column('sent_at', Instant(), nullable=True),
    sa.Column('code', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_alert_copy_alert_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_copy')),
    sa.UniqueConstraint('alert_id', 'destination', 'round', name=op.f('uq_alert_copy_alert_id_destination_round'))
    )
    op.create_index('ix_alert_copy_state_destination', 'alert_copy', ['state', 'destination'], unique=False)
    op.create_table('assignment',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=True),
    sa.Column('visit_id', Id, nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_assignment_customer_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_assignment_staff_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_assignment_store_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_assignment_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment'))
    )
    op.create_index('ix_assignment_store_id_kind_id', 'assignment', ['store_id', 'kind', 'id'], unique=False)
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
    op.create_table('call_task',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('outbox_id', Id, nullable=False),
    sa.Column('touchpoint_id', Id, nullable=True),
    sa.Column('prompt_id', Id, nullable=True),
    sa.Column('staff_id', Id, nullable=True),
    sa.Column('taken', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('rule', sa.Text(), server_default='', nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('script', sa.Text(), server_default='', nullable=False),
    sa.Column('priority', sa.Text(), nullable=False),
    sa.Column('best', Json, nullable=False),
    sa.Column('best_why', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='open', nullable=False),
    sa.Column('standing', sa.Boolean(), server_default=sa.true(), nullable=True),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('next_at', Instant(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=True),
    sa.Column('result', sa.Text(), server_default='', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), server_default='0', nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('done_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_call_task_customer_id')),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_call_task_outbox_id')),
    sa.ForeignKeyConstraint(['prompt_id'], ['prompt.id'], name=op.f('fk_call_task_prompt_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_call_task_staff_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_call_task_store_id')),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_call_task_touchpoint_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_task')),
    sa.UniqueConstraint('outbox_id', name=op.f('uq_call_task_outbox_id')),
    sa.UniqueConstraint('touchpoint_id', 'standing', name=op.f('uq_call_task_touchpoint_id_standing'))
    )
    op.create_index(op.f('ix_call_task_customer_id'), 'call_task', ['customer_id'], unique=False)
    op.create_index('ix_call_task_store_id_state_next_at', 'call_task', ['store_id', 'state', 'next_at'], unique=False)
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
    op.create_table('milestone',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('vehicle_id', Id, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('occurrence', sa.Text(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('detail', Json, nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_milestone_customer_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_milestone_store_id')),
    sa.ForeignKeyConstraint(['vehicle_id'], ['vehicle.id'], name=op.f('fk_milestone_vehicle_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone')),
    sa.UniqueConstraint('customer_id', 'kind', 'occurrence', name=op.f('uq_milestone_customer_id_kind_occurrence'))
    )
    op.create_index('ix_milestone_kind_on', 'milestone', ['kind', 'on'], unique=False)
    op.create_index(op.f('ix_milestone_vehicle_id'), 'milestone', ['vehicle_id'], unique=False)
    op.create_table('odometer',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('vehicle_id', Id, nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('km', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['vehicle_id'], ['vehicle.id'], name=op.f('fk_odometer_vehicle_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_odometer')),
    sa.UniqueConstraint('vehicle_id', 'on', name=op.f('uq_odometer_vehicle_id_on'))
    )
    op.create_table('policy',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('vehicle_id', Id, nullable=False),
    sa.Column('external_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('insurer', sa.Text(), server_default='', nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('outcome', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_policy_store_id')),
    sa.ForeignKeyConstraint(['vehicle_id'], ['vehicle.id'], name=op.f('fk_policy_vehicle_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy')),
    sa.UniqueConstraint('store_id', 'external_id', name=op.f('uq_policy_store_id_external_id'))
    )
    op.create_index(op.f('ix_policy_vehicle_id'), 'policy', ['vehicle_id'], unique=False)
    op.create_table('repair_order',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('vehicle_id', Id, nullable=True),
    sa.Column('advisor_id', Id, nullable=True),
    sa.Column('external_id', sa.Text(), nullable=False),
    sa.Column('advisor_name', sa.Text(), server_default='', nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('promised_at', Instant(), nullable=True),
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
    op.create_table('sale',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('vehicle_id', Id, nullable=False),
    sa.Column('external_id', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('contract_on', sa.Date(), nullable=True),
    sa.Column('expected_on', sa.Date(), nullable=True),
    sa.Column('delivered_on', sa.Date(), nullable=True),
    sa.Column('consultant_name', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_sale_customer_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_sale_store_id')),
    sa.ForeignKeyConstraint(['vehicle_id'], ['vehicle.id'], name=op.f('fk_sale_vehicle_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sale')),
    sa.UniqueConstraint('store_id', 'external_id', name=op.f('uq_sale_store_id_external_id'))
    )
    op.create_index(op.f('ix_sale_customer_id'), 'sale', ['customer_id'], unique=False)
    op.create_index(op.f('ix_sale_vehicle_id'), 'sale', ['vehicle_id'], unique=False)
    op.create_table('survey_factor',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('prompt_id', Id, nullable=False),
    sa.Column('factor', sa.Text(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['prompt_id'], ['prompt.id'], name=op.f('fk_survey_factor_prompt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_factor')),
    sa.UniqueConstraint('prompt_id', 'factor', name=op.f('uq_survey_factor_prompt_id_factor'))
    )
    op.create_table('trial',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('outbox_id', Id, nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_trial_outbox_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_trial_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trial')),
    sa.UniqueConstraint('outbox_id', name=op.f('uq_trial_outbox_id'))
    )
    op.create_index('ix_trial_staff_id_at', 'trial', ['staff_id', 'at'], unique=False)
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
    op.create_table('visit_step',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('visit_id', Id, nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('staff_id', Id, nullable=True),
    sa.Column('to_id', Id, nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_visit_step_staff_id')),
    sa.ForeignKeyConstraint(['to_id'], ['staff.id'], name=op.f('fk_visit_step_to_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_step_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_step'))
    )
    op.create_index(op.f('ix_visit_step_visit_id'), 'visit_step', ['visit_id'], unique=False)
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
    op.create_table('call_try',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('call_task_id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.Column('next_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['call_task_id'], ['call_task.id'], name=op.f('fk_call_try_call_task_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_call_try_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_try')),
    sa.UniqueConstraint('call_task_id', 'key', name=op.f('uq_call_try_call_task_id_key'))
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
    sa.Column('plan_staff_id', Id, nullable=True),
    sa.Column('plan_due_at', Instant(), nullable=True),
    sa.Column('fix', sa.Text(), server_default='', nullable=False),
    sa.Column('opened_at', Instant(), nullable=False),
    sa.Column('fixed_at', Instant(), nullable=True),
    sa.Column('closed_at', Instant(), nullable=True),
    sa.Column('ended_as', sa.Text(), nullable=True),
    sa.Column('close_reason', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), server_default='0', nullable=False),
    sa.Column('external_id', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['about_staff_id'], ['staff.id'], name=op.f('fk_cases_about_staff_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_cases_customer_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['staff.id'], name=op.f('fk_cases_owner_id')),
    sa.ForeignKeyConstraint(['plan_staff_id'], ['staff.id'], name=op.f('fk_cases_plan_staff_id')),
    sa.ForeignKeyConstraint(['repair_order_id'], ['repair_order.id'], name=op.f('fk_cases_repair_order_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_cases_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
    sa.UniqueConstraint('store_id', 'external_id', name=op.f('uq_cases_store_id_external_id'))
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
    op.create_table('alarm',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('case_id', Id, nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('opened_at', Instant(), nullable=False),
    sa.Column('next_at', Instant(), nullable=True),
    sa.Column('times', sa.Integer(), server_default='0', nullable=False),
    sa.Column('acknowledged_at', Instant(), nullable=True),
    sa.Column('acknowledged_by', Id, nullable=True),
    sa.ForeignKeyConstraint(['acknowledged_by'], ['staff.id'], name=op.f('fk_alarm_acknowledged_by')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_alarm_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarm')),
    sa.UniqueConstraint('case_id', 'round', name=op.f('uq_alarm_case_id_round'))
    )
    op.create_index(op.f('ix_alarm_next_at'), 'alarm', ['next_at'], unique=False)
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
    op.create_table('escalation',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('case_id', Id, nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('deadline', sa.Text(), nullable=False),
    sa.Column('rung', sa.Text(), nullable=False),
    sa.Column('due_at', Instant(), nullable=False),
    sa.Column('done_at', Instant(), nullable=True),
    sa.Column('outcome', sa.Text(), server_default='', nullable=False),
    sa.Column('told_ids', Json, nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_escalation_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation')),
    sa.UniqueConstraint('case_id', 'round', 'deadline', 'rung', name=op.f('uq_escalation_case_id_round_deadline_rung'))
    )
    op.create_index('ix_escalation_done_at_due_at', 'escalation', ['done_at', 'due_at'], unique=False)
    op.create_table('evidence',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('case_id', Id, nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('mime', sa.Text(), nullable=False),
    sa.Column('bytes', sa.Integer(), nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_evidence_case_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_evidence_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence')),
    sa.UniqueConstraint('name', name=op.f('uq_evidence_name'))
    )
    op.create_index(op.f('ix_evidence_case_id'), 'evidence', ['case_id'], unique=False)
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
    op.create_table('appointment',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('vehicle_id', Id, nullable=True),
    sa.Column('message_id', Id, nullable=True),
    sa.Column('external_id', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('service', sa.Text(), server_default='', nullable=False),
    sa.Column('model', sa.Text(), server_default='', nullable=False),
    sa.Column('plate', sa.Text(), server_default='', nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('starts_at', Instant(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), server_default='booked', nullable=False),
    sa.Column('moves', sa.Integer(), server_default='0', nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_appointment_customer_id')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_appointment_message_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_appointment_store_id')),
    sa.ForeignKeyConstraint(['vehicle_id'], ['vehicle.id'], name=op.f('fk_appointment_vehicle_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment')),
    sa.UniqueConstraint('store_id', 'external_id', name=op.f('uq_appointment_store_id_external_id'))
    )
    op.create_index('ix_appointment_customer_id_starts_at', 'appointment', ['customer_id', 'starts_at'], unique=False)
    op.create_index('ix_appointment_state_starts_at', 'appointment', ['state', 'starts_at'], unique=False)
    op.create_table('fact',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('message_id', Id, nullable=True),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('confidence', sa.Float(), server_default='1', nullable=False),
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
    op.create_table('mention',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('customer_id', Id, nullable=False),
    sa.Column('message_id', Id, nullable=False),
    sa.Column('staff_id', Id, nullable=False),
    sa.Column('seen', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_mention_customer_id')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_mention_message_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_mention_staff_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_mention_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mention')),
    sa.UniqueConstraint('message_id', 'staff_id', name=op.f('uq_mention_message_id_staff_id'))
    )
    op.create_index('ix_mention_staff_id_seen', 'mention', ['staff_id', 'seen'], unique=False)
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
    op.create_table('review',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('message_id', Id, nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('opened', sa.Text(), server_default='', nullable=False),
    sa.Column('guess', sa.Text(), server_default='', nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), server_default='', nullable=False),
    sa.Column('label', sa.Text(), server_default='', nullable=False),
    sa.Column('labelled_by', Id, nullable=True),
    sa.Column('labelled_at', Instant(), nullable=True),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['labelled_by'], ['staff.id'], name=op.f('fk_review_labelled_by')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_review_message_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_review_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('message_id', name=op.f('uq_review_message_id'))
    )
    op.create_index('ix_review_store_id_label_id', 'review', ['store_id', 'label', 'id'], unique=False)
    op.create_table('slot_hold',
    sa.Column('id', Id, autoincrement=True, nullable=False),
    sa.Column('store_id', Id, nullable=False),
    sa.Column('appointment_id', Id, nullable=False),
    sa.Column('resource', sa.Text(), nullable=False),
    sa.Column('starts_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_slot_hold_appointment_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_slot_hold_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slot_hold')),
    sa.UniqueConstraint('store_id', 'resource', 'starts_at', name=op.f('uq_slot_hold_store_id_resource_starts_at'))
    )
    op.create_index(op.f('ix_slot_hold_appointment_id'), 'slot_hold', ['appointment_id'], unique=False)
    searching.create(op.get_bind())
    spread.create(op.get_bind())


def downgrade() -> None:
    searching.drop(op.get_bind())
    op.drop_index(op.f('ix_slot_hold_appointment_id'), table_name='slot_hold')
    op.drop_table('slot_hold')
    op.drop_index('ix_review_store_id_label_id', table_name='review')
    op.drop_table('review')
    op.drop_table('quote_line')
    op.drop_index('ix_mention_staff_id_seen', table_name='mention')
    op.drop_table('mention')
    op.drop_index('ix_media_state_retry_at', table_name='media')
    op.drop_index(op.f('ix_media_name'), table_name='media')
    op.drop_index('ix_media_account_openid', table_name='media')
    op.drop_table('media')
    op.drop_index(op.f('ix_fact_customer_id'), table_name='fact')
    op.drop_table('fact')
    op.drop_index('ix_appointment_state_starts_at', table_name='appointment')
    op.drop_index('ix_appointment_customer_id_starts_at', table_name='appointment')
    op.drop_table('appointment')
    op.drop_index(op.f('ix_message_outbox_id'), table_name='message')
    op.drop_index('ix_message_customer_id_id', table_name='message')
    op.drop_table('message')
    op.drop_index(op.f('ix_evidence_case_id'), table_name='evidence')
    op.drop_table('evidence')
    op.drop_index('ix_escalation_done_at_due_at', table_name='escalation')
    op.drop_table('escalation')
    op.drop_index(op.f('ix_deadline_due_at'), table_name='deadline')
    op.drop_table('deadline')
    op.drop_index(op.f('ix_case_step_case_id'), table_name='case_step')
    op.drop_table('case_step')
    op.drop_index(op.f('ix_alarm_next_at'), table_name='alarm')
    op.drop_table('alarm')
    op.drop_index(op.f('ix_quote_repair_order_id'), table_name='quote')
    op.drop_table('quote')
    op.drop_index('ix_cases_store_id_state', table_name='cases')
    op.drop_index(op.f('ix_cases_store_id'), table_name='cases')
    op.drop_index(op.f('ix_cases_customer_id'), table_name='cases')
    op.drop_table('cases')
    op.drop_table('call_try')
    op.drop_table('bind_token')
    op.drop_index(op.f('ix_visit_step_visit_id'), table_name='visit_step')
    op.drop_table('visit_step')
    op.drop_index(op.f('ix_verdict_touchpoint_id'), table_name='verdict')
    op.drop_table('verdict')
    op.drop_index('ix_trial_staff_id_at', table_name='trial')
    op.drop_table('trial')
    op.drop_table('survey_factor')
    op.drop_index(op.f('ix_sale_vehicle_id'), table_name='sale')
    op.drop_index(op.f('ix_sale_customer_id'), table_name='sale')
    op.drop_table('sale')
    op.drop_index(op.f('ix_repair_order_delivered_on'), table_name='repair_order')
    op.drop_index(op.f('ix_repair_order_customer_id'), table_name='repair_order')
    op.drop_table('repair_order')
    op.drop_index(op.f('ix_policy_vehicle_id'), table_name='policy')
    op.drop_table('policy')
    op.drop_table('odometer')
    op.drop_index(op.f('ix_milestone_vehicle_id'), table_name='milestone')
    op.drop_index('ix_milestone_kind_on', table_name='milestone')
    op.drop_table('milestone')
    op.drop_index('ix_mass_copy_openid_month', table_name='mass_copy')
    op.drop_table('mass_copy')
    op.drop_index(op.f('ix_carries_touchpoint_id'), table_name='carries')
    op.drop_table('carries')
    op.drop_index('ix_call_task_store_id_state_next_at', table_name='call_task')
    op.drop_index(op.f('ix_call_task_customer_id'), table_name='call_task')
    op.drop_table('call_task')
    op.drop_index(op.f('ix_attempt_outbox_id'), table_name='attempt')
    op.drop_table('attempt')
    op.drop_index('ix_assignment_store_id_kind_id', table_name='assignment')
    op.drop_table('assignment')
    op.drop_index('ix_alert_copy_state_destination', table_name='alert_copy')
    op.drop_table('alert_copy')
    op.drop_table('wait_mark')
    op.drop_index('ix_wait_store_id_since', table_name='wait')
    op.drop_index('ix_wait_customer_id_ended_at', table_name='wait')
    op.drop_table('wait')
    op.drop_index('ix_visit_store_id_arrived_at', table_name='visit')
    op.drop_index('ix_visit_state_nudge_at', table_name='visit')
    op.drop_index('ix_visit_customer_id', table_name='visit')
    op.drop_table('visit')
    op.drop_index(op.f('ix_vehicle_vin'), table_name='vehicle')
    op.drop_index('ix_vehicle_store_id_plate_customer_id', table_name='vehicle')
    op.drop_index(op.f('ix_vehicle_dated_on'), table_name='vehicle')
    op.drop_index(op.f('ix_vehicle_customer_id'), table_name='vehicle')
    op.drop_table('vehicle')
    op.drop_index('ix_touchpoint_state_category_due_at', table_name='touchpoint')
    op.drop_index('ix_touchpoint_rule_state', table_name='touchpoint')
    op.drop_index(op.f('ix_touchpoint_customer_id'), table_name='touchpoint')
    op.drop_table('touchpoint')
    op.drop_index('ix_thread_store_id_state_last_at', table_name='thread')
    op.drop_index('ix_thread_store_id_last_at', table_name='thread')
    op.drop_index('ix_thread_store_id_due_at', table_name='thread')
    op.drop_index('ix_thread_state_last_at', table_name='thread')
    op.drop_index('ix_thread_remind_at', table_name='thread')
    op.drop_index('ix_thread_owner_id_state', table_name='thread')
    op.drop_index('ix_thread_last_at', table_name='thread')
    op.drop_index('ix_thread_due_at', table_name='thread')
    op.drop_table('thread')
    op.drop_index(op.f('ix_staff_session_staff_id'), table_name='staff_session')
    op.drop_table('staff_session')
    op.drop_table('staff_notice')
    op.drop_index(op.f('ix_staff_link_staff_id'), table_name='staff_link')
    op.drop_table('staff_link')
    op.drop_index(op.f('ix_snippet_store_id'), table_name='snippet')
    op.drop_table('snippet')
    op.drop_table('saved_view')
    op.drop_index(op.f('ix_rsvp_customer_id'), table_name='rsvp')
    op.drop_table('rsvp')
    op.drop_index(op.f('ix_recovery_code_staff_id'), table_name='recovery_code')
    op.drop_table('recovery_code')
    op.drop_index(op.f('ix_recall_car_vin'), table_name='recall_car')
    op.drop_table('recall_car')
    op.drop_index('ix_prompt_customer_id_state', table_name='prompt')
    op.drop_table('prompt')
    op.drop_table('presence')
    op.drop_table('own_address')
    op.drop_index('ix_outbox_state_priority_not_before', table_name='outbox')
    op.drop_index(op.f('ix_outbox_provider_id'), table_name='outbox')
    op.drop_index(op.f('ix_outbox_customer_id'), table_name='outbox')
    op.drop_index(op.f('ix_outbox_address'), table_name='outbox')
    op.drop_table('outbox')
    op.drop_index(op.f('ix_merging_into_id'), table_name='merging')
    op.drop_index(op.f('ix_merging_from_id'), table_name='merging')
    op.drop_table('merging')
    op.drop_index(op.f('ix_labelled_label_id'), table_name='labelled')
    op.drop_table('labelled')
    op.drop_table('journey_pause')
    op.drop_table('journey_approval')
    op.drop_index(op.f('ix_identity_info_at'), table_name='identity')
    op.drop_index(op.f('ix_identity_customer_id'), table_name='identity')
    op.drop_table('identity')
    op.drop_index('ix_feed_store_id_id', table_name='feed')
    op.drop_table('feed')
    op.drop_index('ix_faq_version_about_topic_state_id', table_name='faq_version')
    op.drop_table('faq_version')
    op.drop_table('event_wave')
    op.drop_index(op.f('ix_event_invitee_customer_id'), table_name='event_invitee')
    op.drop_table('event_invitee')
    op.drop_index(op.f('ix_event_arrival_customer_id'), table_name='event_arrival')
    op.drop_table('event_arrival')
    op.drop_index('ix_duty_store_id_ends_at', table_name='duty')
    op.drop_index(op.f('ix_duty_staff_id'), table_name='duty')
    op.drop_table('duty')
    op.drop_index(op.f('ix_consent_customer_id'), table_name='consent')
    op.drop_index(op.f('ix_consent_address'), table_name='consent')
    op.drop_table('consent')
    op.drop_index(op.f('ix_bookmark_customer_id'), table_name='bookmark')
    op.drop_table('bookmark')
    op.drop_index(op.f('ix_audit_store_id'), table_name='audit')
    op.drop_table('audit')
    op.drop_index('ix_alert_state_level', table_name='alert')
    op.drop_table('alert')
    op.drop_index(op.f('ix_staff_store_id'), table_name='staff')
    op.drop_table('staff')
    op.drop_table('rule_day')
    op.drop_table('recall')
    op.drop_table('label')
    op.drop_index(op.f('ix_event_store_id'), table_name='event')
    op.drop_index(op.f('ix_event_starts_at'), table_name='event')
    op.drop_table('event')
    op.drop_index('ix_customer_store_id_name', table_name='customer')
    op.drop_index(op.f('ix_customer_phone'), table_name='customer')
    op.drop_index(op.f('ix_customer_merged_into'), table_name='customer')
    op.drop_index(op.f('ix_customer_email'), table_name='customer')
    op.drop_index(op.f('ix_customer_birthday_md'), table_name='customer')
    op.drop_table('customer')
    op.drop_table('api_token')
    op.drop_table('wechat_window')
    op.drop_index(op.f('ix_subscription_openid'), table_name='subscription')
    op.drop_table('subscription')
    op.drop_table('store')
    op.drop_table('set_up')
    op.drop_table('refusal')
    op.drop_table('process')
    op.drop_table('errand')
    op.drop_table('disabled_template')
    op.drop_table('consent_text')
    op.drop_table('clock_offset')
    op.drop_table('channel_trouble')
    op.drop_index('ix_callback_state', table_name='callback')
    op.drop_index('ix_callback_address_received_at', table_name='callback')
    op.drop_table('callback')
    op.drop_table('alert_way')
