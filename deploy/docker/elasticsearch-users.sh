#!/bin/sh
# Gives Kibana's own user its password, Newswire a user that may touch nothing but its own indices, and makes two users
# who only read them: page, the search page's, and newsroom, for people in Kibana. kibana_import puts our dashboards into
# Kibana and may touch no index. Who may not see what is embargoed or withheld gets the role newswire_reader without
# newswire_desk: it may search and not read by id, past the alias's filter.
# (cluster:admin/analyze: the index set-up asks whether the server has the analyzers that it needs.)
# Safe to repeat. Takes ELASTIC_URL and the passwords from the environment.
set -eu

ask() { # method path body
  answer=$(curl --silent --show-error --fail-with-body --user "elastic:$ELASTIC_PASSWORD" \
    --header 'content-type: application/json' --request "$1" "$ELASTIC_URL$2" --data "$3") || {
    echo "$1 $2: $answer" >&2
    exit 1
  }
}

ask POST /_security/user/kibana_system/_password "{\"password\": \"$KIBANA_PASSWORD\"}"
ask PUT /_security/role/newswire '{
  "cluster": ["monitor", "manage_index_templates", "manage_ilm", "cluster:admin/analyze"],
  "indices": [{"names": ["news*"], "privileges": ["all"]}]
}'
ask PUT /_security/user/newswire "{\"password\": \"$INDEX_PASSWORD\", \"roles\": [\"newswire\"]}"
ask PUT /_security/role/newswire_reader '{
  "cluster": ["monitor"],
  "indices": [{"names": ["news"], "privileges": ["indices:data/read/search*", "indices:data/read/msearch*",
    "indices:data/read/scroll*", "indices:data/read/async_search/*", "indices:data/read/open_point_in_time",
    "indices:data/read/close_point_in_time", "indices:data/read/field_caps*", "view_index_metadata"]}]
}'
ask PUT /_security/role/newswire_desk '{
  "indices": [{"names": ["news-all"], "privileges": ["read", "view_index_metadata"]}]
}'
ask PUT /_security/role/newswire_kibana '{
  "applications": [{"application": "kibana-.kibana", "privileges": ["space_read"], "resources": ["space:default"]}]
}'
ask PUT /_security/user/kibana_import "{\"password\": \"$IMPORT_PASSWORD\", \"roles\": [\"kibana_admin\"]}"
ask PUT /_security/user/page "{\"password\": \"$PAGE_PASSWORD\", \"roles\": [\"newswire_reader\", \"newswire_desk\"]}"
ask PUT /_security/user/newsroom "{\"password\": \"$NEWSROOM_PASSWORD\",
  \"roles\": [\"newswire_reader\", \"newswire_desk\", \"newswire_kibana\"]}"
echo "users are ready"
