#!/bin/bash
# Runs once, on an empty database volume: two databases, two roles, and neither role may enter the other's database.
set -euo pipefail

psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname postgres \
  -v vault_password="$LYTT_VAULT_PASSWORD" -v coding_password="$LYTT_CODING_PASSWORD" <<'SQL'
CREATE ROLE lytt_vault LOGIN PASSWORD :'vault_password';
CREATE ROLE lytt_coding LOGIN PASSWORD :'coding_password';

CREATE DATABASE lytt_vault OWNER lytt_vault ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE lytt_coding OWNER lytt_coding ENCODING 'UTF8' TEMPLATE template0;

-- Every role may connect to every database unless that is taken away; the owners keep it.
REVOKE ALL ON DATABASE lytt_vault FROM PUBLIC;
REVOKE ALL ON DATABASE lytt_coding FROM PUBLIC;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
SQL
