"""French text search that forgives accents, hyphens and « St »: extensions, folding functions, search configuration."""

from django.contrib.postgres.operations import CreateExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

FUNCTIONS = r"""
CREATE FUNCTION f_unaccent(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN public.unaccent('public.unaccent'::regdictionary, value);

-- « Saint-Étienne-d’Orthe » and « ST ETIENNE D'ORTHE » fold to the same key: saint etienne d orthe
CREATE FUNCTION search_key(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN btrim(regexp_replace(regexp_replace(regexp_replace(
    lower(public.f_unaccent(value)), '[^a-z0-9]+', ' ', 'g'), '\mst\M', 'saint', 'g'), '\mste\M', 'sainte', 'g'));

-- the key without its leading article: « la rochelle » is found at « rochelle »
CREATE FUNCTION bare_key(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN regexp_replace(public.search_key(value), '^(la|le|les|l) (?=.)', '');

CREATE FUNCTION search_keys(value text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN ARRAY(SELECT public.search_key(item) FROM unnest(value) AS item);

CREATE TEXT SEARCH CONFIGURATION fr (COPY = french);
ALTER TEXT SEARCH CONFIGURATION fr ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;

-- what a person typed, as a query: every word wanted, the last one possibly unfinished
CREATE FUNCTION search_query(value text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN to_tsquery('public.fr'::regconfig, nullif(replace(public.search_key(value), ' ', ' & '), '') || ':*');
"""

REVERSE = """
DROP FUNCTION search_query(text);
DROP TEXT SEARCH CONFIGURATION fr;
DROP FUNCTION search_keys(text[]);
DROP FUNCTION bare_key(text);
DROP FUNCTION search_key(text);
DROP FUNCTION f_unaccent(text);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(FUNCTIONS, REVERSE),
    ]
