from django.db import migrations

# As in 0002, and the row's own number too: it is what their order is read from.
FORWARD = """
CREATE OR REPLACE FUNCTION threads_transition_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.salt IS NULL
        AND (NEW.id, NEW.subject, NEW.from_state, NEW.to_state, NEW.rule, NEW.reason, NEW.role, NEW.day, NEW.text_hash)
          = (OLD.id, OLD.subject, OLD.from_state, OLD.to_state, OLD.rule, OLD.reason, OLD.role, OLD.day, OLD.text_hash)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a transition is never changed nor removed';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("threads", "0002_transitions_are_append_only")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
