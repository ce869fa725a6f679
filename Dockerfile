# The hub as an image of one static-stdlib binary, the shared objects it loads, and certificates: no shell, no package
# manager, no root. Build it with `make image`.
ARG BUILD_IMAGE=swift:6.3-bookworm
ARG RUN_IMAGE=debian:bookworm-slim

# Compiles.
FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY scripts/install-packages.sh scripts/packages.txt scripts/
RUN scripts/install-packages.sh build
COPY . .
RUN scripts/build-release.sh && strip --strip-all -o /connector-hub .build/release/connector-hub

# Collects what the binary needs from the system it will run on.
FROM ${RUN_IMAGE} AS runtime
COPY scripts/install-packages.sh scripts/packages.txt scripts/image-rootfs.sh /scripts/
RUN /scripts/install-packages.sh runtime
COPY --from=build /connector-hub /usr/bin/connector-hub
COPY config/production.yaml /etc/connector-hub/hub.yaml
RUN /scripts/image-rootfs.sh /rootfs

FROM scratch
COPY --from=runtime /rootfs /
LABEL org.opencontainers.image.title="LLM Connector Hub" \
      org.opencontainers.image.description="One API in front of many LLM providers" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV HUB_CONFIG=/etc/connector-hub/hub.yaml
# Any other uid works as well, as long as its group is 0: OpenShift picks one per namespace.
USER 10001:0
# The database, hub.db, unless DATABASE_URL names another. A volume can be written to while the root cannot.
WORKDIR /var/lib/connector-hub
VOLUME /var/lib/connector-hub
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/usr/bin/connector-hub", "health"]
ENTRYPOINT ["/usr/bin/connector-hub"]
CMD ["serve"]
