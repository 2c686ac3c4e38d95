# pgseq with the client programs that restore and run call. Debian's name stands twice: in the base, and in PostgreSQL's packages.
# docs/container.md tells how to build and run it.
ARG NODE=24
ARG DEBIAN=bookworm

# Only what a user's installation has: what npm would pack, and the dependencies of package-lock.json
FROM node:${NODE}-${DEBIAN}-slim AS build
WORKDIR /build/src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build \
    && npm pack --ignore-scripts --silent --pack-destination /build \
    && mkdir -p /build/image/usr/local/lib/pgseq /build/image/usr/local/bin \
    && tar -xzf /build/pgseq-*.tgz -C /build/image/usr/local/lib/pgseq --strip-components=1
RUN cp package-lock.json /build/image/usr/local/lib/pgseq/ \
    && npm ci --prefix /build/image/usr/local/lib/pgseq --omit=dev --omit=peer --ignore-scripts --no-audit --no-fund \
    && rm /build/image/usr/local/lib/pgseq/package-lock.json
RUN chmod 755 /build/image/usr/local/lib/pgseq/dist/cli/main.js \
    && ln -s ../lib/pgseq/dist/cli/main.js /build/image/usr/local/bin/pgseq

# The key of PostgreSQL's packages, from a package that Debian has signed
FROM node:${NODE}-${DEBIAN}-slim AS key
WORKDIR /build/key
RUN apt-get update \
    && apt-get download postgresql-common \
    && dpkg-deb -x postgresql-common_*.deb . \
    && cp usr/share/postgresql-common/pgdg/apt.postgresql.org.gpg /build/pgdg.gpg

FROM node:${NODE}-${DEBIAN}-slim
ARG DEBIAN
ARG POSTGRESQL=18
LABEL org.opencontainers.image.title="pgseq" \
      org.opencontainers.image.description="Finds every PostgreSQL sequence that will hand out a taken id, and moves it forward safely under live traffic" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
COPY --from=key /build/pgdg.gpg /usr/share/keyrings/pgdg.gpg
# apt trusts signatures, not the way by which packages come
RUN echo "deb [signed-by=/usr/share/keyrings/pgdg.gpg] http://apt.postgresql.org/pub/repos/apt ${DEBIAN}-pgdg main" > /etc/apt/sources.list.d/pgdg.list \
    && apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates "postgresql-client-${POSTGRESQL}" sqlite3 zstd \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /build/image/ /
ENV PATH=/usr/lib/postgresql/${POSTGRESQL}/bin:${PATH}
# Of node in the base; a number, so that Kubernetes can see that it is not root
USER 1000:1000
WORKDIR /data
HEALTHCHECK NONE
ENTRYPOINT ["pgseq"]
CMD ["--help"]
