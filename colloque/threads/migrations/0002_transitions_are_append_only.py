from django.db import migrations

# A transition may lose its salt (when what it speaks of identified a patient) and nothing else.
FORWARD = """
CREATE FUNCTION threads_transition_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.salt IS NULL
        AND (NEW.subject, NEW.from_state, NEW.to_state, NEW.rule, NEW.reason, NEW.role, NEW.day, NEW.text_hash)
          = (OLD.subject, OLD.from_state, OLD.to_state, OLD.rule, OLD.reason, OLD.role, OLD.day, OLD.text_hash)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a transition is never changed nor removed';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON threads_transition
    FOR EACH ROW EXECUTE FUNCTION threads_transition_append_only();
"""
BACKWARD = """
DROP TRIGGER append_only ON threads_transition;
DROP FUNCTION threads_transition_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("threads", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
