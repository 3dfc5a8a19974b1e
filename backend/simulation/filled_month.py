"""A month full of cases, written by the database itself, for timing and testing the measures.

The events are those that the services would have written: one case in twelve late, one in twenty
returned, two in five rated, one in fifty re-opened.
"""

from datetime import date

from sqlalchemy import text

from backend.database import Session
from backend.measures.periods import Period, month_of

MONTH = month_of(date(2026, 9, 1))

_PEOPLE = """
INSERT INTO residents (id, created_at)
SELECT 10000000 + n, :since FROM generate_series(0, 999) n;
INSERT INTO channel_accounts (id, resident_id, channel, external_id, created_at)
SELECT 10000000 + n, 10000000 + n, 'web', 'bench-' || n, :since FROM generate_series(0, 999) n;
INSERT INTO conversations
  (id, account_id, owner, turn_lease, last_seq, created_at)
SELECT 10000000 + n, 10000000 + n, 'bot', 0, 0, :since FROM generate_series(0, 999) n;
CREATE TEMPORARY TABLE bench_units ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY code) - 1 AS place, code FROM units WHERE active;
"""
# As wide as real ones are: what a resident wrote, and why the router chose as it did.
_CASES = """
INSERT INTO cases (
  id, case_no, idempotency_key, resident_id, conversation_id, source_channel, status, kind,
  domain, size, text, location, routing, unit_code, first_contact_owner, respond_by,
  responded_at, resolve_by, total_resolve_by, first_resolved_at, first_respond_by,
  first_responded_at, first_resolve_by, round, registered_at, accepted_at, resolved_at,
  closed_at, chases, returns, outcome)
SELECT
  10000000 + n, 'BENCH' || n, 'bench:' || n, 10000000 + n % 1000, 10000000 + n % 1000,
  (ARRAY['web', 'wechat', 'phone', 'telegram'])[n % 4 + 1],
  CASE WHEN is_open THEN 'accepted' ELSE 'closed' END,
  (ARRAY['inquiry', 'help', 'complaint', 'report', 'suggestion', 'praise'])[n % 6 + 1],
  (ARRAY['城乡建设', '交通运输', '环境保护', '民政'])[n % 4 + 1], 'small',
  repeat('小区里的路灯坏了，晚上看不见路，', 8),
  jsonb_build_object('text', '某某路', 'pin', NULL,
    'district', jsonb_build_object('code', '3301' || lpad((n % 13 + 2)::text, 2, '0')),
    'street', jsonb_build_object('code', '330106' || lpad((n % 90)::text, 3, '0'))),
  jsonb_build_object('evidence', repeat('看到的词和匹配到的事项 ', 40)),
  unit, unit, at + interval '1 day', at + interval '20 hours' * (1 + (n % 10 = 0)::int),
  due, due, settled, at + interval '1 day',
  at + interval '20 hours' * (1 + (n % 10 = 0)::int), due,
  1 + (n % 50 = 0)::int, at, at + interval '3 hours', settled, settled, 0, (n % 20 = 0)::int,
  CASE WHEN is_open THEN NULL ELSE 'solved' END
FROM (
  SELECT n, at, unit, is_open, at + interval '8 days' AS due,
    CASE WHEN is_open THEN NULL
      ELSE at + interval '1 day' * (n % 9 + CASE WHEN n % 12 = 0 THEN 4 ELSE 0 END) END AS settled
  FROM (
    SELECT n, code AS unit, n % 40 = 0 AS is_open,
      CAST(:since AS timestamptz) - interval '8 days' + interval '30 days' * n / :cases AS at
    FROM generate_series(1, :cases) AS n
    JOIN bench_units ON place = (n::bigint * 7919) % (SELECT count(*) FROM bench_units)
  ) AS begun
) AS made
"""
_EVENTS = """
INSERT INTO case_events
  (case_id, round, unit_code, at, actor, actor_name, action, from_status, to_status, details)
SELECT cases.id, 1, step.unit, registered_at + step.after, step.actor, '某人', step.action,
  'dispatched', 'accepted', step.details
FROM cases CROSS JOIN LATERAL (VALUES
  (true, NULL, interval '0', 'resident', 'register',
   '{"limits": {"respond_days": 1, "resolve_days": 10, "reopened_days": 5}}'::jsonb),
  (true, NULL, interval '1 second', 'router', 'dispatch',
   jsonb_build_object('unit', unit_code, 'sign_hours', 4)),
  (cases.id % 20 = 0, unit_code, interval '1 hour', 'staff:a', 'return',
   '{"reason": "not_ours", "text": "不归本单位管", "number": 1}'::jsonb),
  (cases.id % 20 = 0, unit_code, interval '2 hours', 'staff:b', 'refuse_return',
   jsonb_build_object('return', 'refused', 'returned_by', unit_code, 'charged',
     CASE WHEN cases.id % 40 = 0 THEN 'unit' ELSE 'router' END, 'number', 1)),
  (true, unit_code, interval '3 hours', 'staff:a', 'accept',
   jsonb_build_object('unsigned_minutes', 180, 'unsigned_over_minutes',
     CASE WHEN cases.id % 15 = 0 THEN 90 ELSE 0 END)),
  (true, unit_code, interval '20 hours', 'staff:a', 'contact', '{"text": "打了电话"}'::jsonb),
  (first_resolved_at IS NOT NULL, unit_code, first_resolved_at - registered_at, 'staff:a',
   'resolve', '{"outcome": "solved", "text": "修好了，谢谢您的反映。"}'::jsonb)
) AS step (there, unit, after, actor, action, details)
WHERE step.there
"""
_RATINGS = """
INSERT INTO ratings (case_id, round, score, rated_at)
SELECT id, 1, id % 4 + 2, first_resolved_at + interval '1 hour' FROM cases
WHERE first_resolved_at IS NOT NULL AND id % 5 < 2
"""


def fill(session: Session, cases: int, month: Period = MONTH) -> None:
    """Insert `cases` cases whose deadlines all fall into `month`."""
    for statement in (*_PEOPLE.split(";\n"), _CASES, _EVENTS, _RATINGS):
        if statement.strip():
            values = {"since": month.since, "cases": cases}
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            session.execute(text(statement), used)
