#!/bin/sh
# Gives a running Kibana our data views, searches and dashboards; what is there under the same names is replaced.
#   KIBANA_USER=elastic KIBANA_LOGIN=... deploy/kibana/import.sh [http://localhost:5601]
# KIBANA_LOGIN is the user's password; KIBANA_SPACE a space other than the default one.
set -eu
kibana=${1:-${KIBANA_URL:-http://localhost:5601}}
password=${KIBANA_LOGIN:?the password of KIBANA_USER}
file=${KIBANA_FILE:-$(dirname "$0")/newswire.ndjson}

# The password goes in by standard input: in the arguments every process on the machine could read it.
answer=$(printf 'user = "%s:%s"\n' "${KIBANA_USER:-elastic}" "$password" |
  curl --config - --silent --show-error --fail-with-body --retry 5 --retry-connrefused \
    --header 'kbn-xsrf: newswire' --form "file=@$file;type=application/ndjson" \
    "$kibana${KIBANA_SPACE:+/s/$KIBANA_SPACE}/api/saved_objects/_import?overwrite=true") || {
  echo "$kibana refused: $answer" >&2
  exit 1
}
# Kibana answers 200 even where it refused single objects.
case $answer in
  *'"success":true'*) echo "imported into $kibana: dashboards Newsroom, Stances and Pipeline, search Wire" ;;
  *) echo "$kibana took not everything: $answer" >&2; exit 1 ;;
esac
