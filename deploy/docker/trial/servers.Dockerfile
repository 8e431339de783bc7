# Stand-ins for apache/kafka and elasticsearch: the real servers, from Maven, on this machine's Java, with the users,
# folders, volumes and entry points of the published images.
ARG DEBIAN
FROM $DEBIAN AS java
ADD java.tar /opt/java/openjdk/
ENV JAVA_HOME=/opt/java/openjdk LANG=C.UTF-8 \
    PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

FROM java AS kafka
RUN useradd --uid 1000 --create-home --shell /bin/bash appuser \
 && mkdir -p /opt/kafka/config /var/lib/kafka/data /etc/kafka/secrets /etc/kafka/docker /mnt/shared/config
COPY libs /opt/kafka/libs
COPY kafka /etc/kafka/docker
RUN cp /etc/kafka/docker/*log4j2* /opt/kafka/config/ && chown -R appuser:appuser /opt/kafka/config /mnt/shared/config \
 && chown -R appuser:root /var/lib/kafka /etc/kafka && chmod -R ug+w /etc/kafka /var/lib/kafka
USER appuser
EXPOSE 9092
VOLUME ["/etc/kafka/secrets", "/var/lib/kafka/data", "/mnt/shared/config"]
CMD ["/etc/kafka/docker/run"]

FROM java AS elasticsearch
RUN groupadd -g 1000 elasticsearch && useradd -u 1000 -g 1000 -G 0 -d /usr/share/elasticsearch elasticsearch
COPY --chown=1000:0 home /usr/share/elasticsearch
COPY elasticsearch /usr/local/bin/docker-entrypoint.sh
RUN cd /usr/share/elasticsearch && mkdir -p data logs && chown -R 1000:0 data logs && chown 1000:0 . config \
 && printf 'cluster.name: docker-cluster\nnetwork.host: 0.0.0.0\n' > config/elasticsearch.yml \
 && sed -i 's/^ES_DISTRIBUTION_TYPE=.*/ES_DISTRIBUTION_TYPE=docker/' bin/elasticsearch-env
ENV ES_JAVA_HOME=/opt/java/openjdk ELASTIC_CONTAINER=true \
    CLI_JAVA_OPTS="-Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1" PATH=/usr/share/elasticsearch/bin:$PATH
WORKDIR /usr/share/elasticsearch
USER 1000:0
EXPOSE 9200 9300
ENTRYPOINT ["/usr/local/bin/docker-entrypoint.sh"]
CMD ["eswrapper"]
