from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial")]
    # Sealed bytes do not compress: PostgreSQL need not try.
    operations = [
        migrations.RunSQL(
            "ALTER TABLE mail_letter ALTER COLUMN raw SET STORAGE EXTERNAL",
            "ALTER TABLE mail_letter ALTER COLUMN raw SET STORAGE EXTENDED",
        )
    ]
