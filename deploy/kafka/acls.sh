#!/bin/sh
# What each part of Newswire may do on Kafka, and no more: made by `newswire topics acls`.
# Takes the brokers and, perhaps, the file with an administrator's access: acls.sh kafka:9093 admin.properties
set -eu
acls() {
  kafka-acls.sh --bootstrap-server "$BROKERS" ${CONFIG:+--command-config "$CONFIG"} --add --force "$@" > /dev/null
}
BROKERS=${1:?brokers, as host:port} CONFIG=${2:-}

# newswire topics create
acls --allow-principal User:newswire-setup --operation Create --topic news.raw
acls --allow-principal User:newswire-setup --operation Create --topic news.articles
acls --allow-principal User:newswire-setup --operation Create --topic news.enriched
acls --allow-principal User:newswire-setup --operation Create --topic news.dead
acls --allow-principal User:newswire-setup --operation Create --topic news.skipped
acls --allow-principal User:newswire-setup --operation Create --topic news.stories
acls --allow-principal User:newswire-setup --operation Create --topic news.events
acls --allow-principal User:newswire-setup --operation Create --topic news.searches
acls --allow-principal User:newswire-setup --operation Create --topic news.alerts
acls --allow-principal User:newswire-setup --operation Create --topic news.feeds
acls --allow-principal User:newswire-setup --operation Describe --topic news.raw
acls --allow-principal User:newswire-setup --operation Describe --topic news.articles
acls --allow-principal User:newswire-setup --operation Describe --topic news.enriched
acls --allow-principal User:newswire-setup --operation Describe --topic news.dead
acls --allow-principal User:newswire-setup --operation Describe --topic news.skipped
acls --allow-principal User:newswire-setup --operation Describe --topic news.stories
acls --allow-principal User:newswire-setup --operation Describe --topic news.events
acls --allow-principal User:newswire-setup --operation Describe --topic news.searches
acls --allow-principal User:newswire-setup --operation Describe --topic news.alerts
acls --allow-principal User:newswire-setup --operation Describe --topic news.feeds

# newswire feed
acls --allow-principal User:newswire-feed --operation Write --topic news.raw
acls --allow-principal User:newswire-feed --operation Write --topic news.feeds
acls --allow-principal User:newswire-feed --operation Read --topic news.feeds
acls --allow-principal User:newswire-feed --operation Read --group news-feeds

# newswire worker read
acls --allow-principal User:newswire-read --operation Read --topic news.raw
acls --allow-principal User:newswire-read --operation Read --group news-read
acls --allow-principal User:newswire-read --operation Write --topic news.articles
acls --allow-principal User:newswire-read --operation Write --topic news.enriched
acls --allow-principal User:newswire-read --operation Write --topic news.dead
acls --allow-principal User:newswire-read --operation Write --topic news.skipped

# newswire worker enrich
acls --allow-principal User:newswire-enrich --operation Read --topic news.articles
acls --allow-principal User:newswire-enrich --operation Read --group news-enrich
acls --allow-principal User:newswire-enrich --operation Write --topic news.enriched
acls --allow-principal User:newswire-enrich --operation Write --topic news.dead

# newswire worker index
acls --allow-principal User:newswire-index --operation Read --topic news.enriched
acls --allow-principal User:newswire-index --operation Read --group news-index
acls --allow-principal User:newswire-index --operation Write --topic news.enriched
acls --allow-principal User:newswire-index --operation Write --topic news.dead
acls --allow-principal User:newswire-index --operation Write --topic news.stories
acls --allow-principal User:newswire-index --operation Write --topic news.events
acls --allow-principal User:newswire-index --operation Read --topic news.stories
acls --allow-principal User:newswire-index --operation Read --topic news.events
acls --allow-principal User:newswire-index --operation Read --group news-events

# newswire worker alert
acls --allow-principal User:newswire-alert --operation Read --topic news.enriched
acls --allow-principal User:newswire-alert --operation Read --group news-alert
acls --allow-principal User:newswire-alert --operation Write --topic news.alerts
acls --allow-principal User:newswire-alert --operation Write --topic news.dead
acls --allow-principal User:newswire-alert --operation Read --topic news.searches
acls --allow-principal User:newswire-alert --operation Read --topic news.alerts
acls --allow-principal User:newswire-alert --operation Read --topic news.events

# newswire worker archive
acls --allow-principal User:newswire-archive --operation Read --topic news.raw
acls --allow-principal User:newswire-archive --operation Read --group news-archive

# newswire serve
acls --allow-principal User:newswire-page --operation Describe --topic news.raw
acls --allow-principal User:newswire-page --operation Describe --topic news.articles
acls --allow-principal User:newswire-page --operation Describe --topic news.enriched
acls --allow-principal User:newswire-page --operation Read --topic news.dead
acls --allow-principal User:newswire-page --operation Read --topic news.searches
acls --allow-principal User:newswire-page --operation Write --topic news.searches
acls --allow-principal User:newswire-page --operation Describe --group news-read
acls --allow-principal User:newswire-page --operation Describe --group news-enrich
acls --allow-principal User:newswire-page --operation Describe --group news-index
acls --allow-principal User:newswire-page --operation Describe --group news-alert
acls --allow-principal User:newswire-page --operation Describe --group news-archive

# what scales enrich by its lag, such as KEDA
acls --allow-principal User:newswire-scaler --operation Describe --topic news.articles
acls --allow-principal User:newswire-scaler --operation Describe --group news-enrich

# newswire audit, skipped, dead list, dead show, dead export
acls --allow-principal User:newswire-audit --operation Read --topic news.raw
acls --allow-principal User:newswire-audit --operation Read --topic news.articles
acls --allow-principal User:newswire-audit --operation Read --topic news.enriched
acls --allow-principal User:newswire-audit --operation Read --topic news.dead
acls --allow-principal User:newswire-audit --operation Read --topic news.skipped
acls --allow-principal User:newswire-audit --operation Read --topic news.stories
acls --allow-principal User:newswire-audit --operation Read --topic news.events
acls --allow-principal User:newswire-audit --operation Read --topic news.searches
acls --allow-principal User:newswire-audit --operation Read --topic news.alerts
acls --allow-principal User:newswire-audit --operation Describe --group news-read
acls --allow-principal User:newswire-audit --operation Describe --group news-enrich
acls --allow-principal User:newswire-audit --operation Describe --group news-index
acls --allow-principal User:newswire-audit --operation Describe --group news-alert
acls --allow-principal User:newswire-audit --operation Describe --group news-archive

# newswire replay, dead replay, reenrich, forget, and the rights of audit
acls --allow-principal User:newswire-operator --operation Read --topic news.raw
acls --allow-principal User:newswire-operator --operation Read --topic news.articles
acls --allow-principal User:newswire-operator --operation Read --topic news.enriched
acls --allow-principal User:newswire-operator --operation Read --topic news.dead
acls --allow-principal User:newswire-operator --operation Read --topic news.skipped
acls --allow-principal User:newswire-operator --operation Read --topic news.stories
acls --allow-principal User:newswire-operator --operation Read --topic news.events
acls --allow-principal User:newswire-operator --operation Read --topic news.searches
acls --allow-principal User:newswire-operator --operation Read --topic news.alerts
acls --allow-principal User:newswire-operator --operation Describe --group news-read
acls --allow-principal User:newswire-operator --operation Describe --group news-enrich
acls --allow-principal User:newswire-operator --operation Describe --group news-index
acls --allow-principal User:newswire-operator --operation Describe --group news-alert
acls --allow-principal User:newswire-operator --operation Describe --group news-archive
acls --allow-principal User:newswire-operator --operation Write --topic news.raw
acls --allow-principal User:newswire-operator --operation Write --topic news.articles
acls --allow-principal User:newswire-operator --operation Write --topic news.enriched
acls --allow-principal User:newswire-operator --operation Write --topic news.dead
acls --allow-principal User:newswire-operator --operation Write --topic news.skipped
acls --allow-principal User:newswire-operator --operation Write --topic news.stories
acls --allow-principal User:newswire-operator --operation Write --topic news.events
acls --allow-principal User:newswire-operator --operation Write --topic news.searches
acls --allow-principal User:newswire-operator --operation Write --topic news.alerts
