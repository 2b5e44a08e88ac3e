# docker build -t firstframe .            (for both: docker buildx build --platform linux/amd64,linux/arm64 .)
# The image is what `npm run image` makes: Node, the libraries that it needs, the app. No shell, no package manager.
FROM node:24-bookworm AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
RUN npm run image -- --out /image

FROM scratch
ARG VERSION=0.1.0
LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.licenses=MIT
COPY --from=build /image /
COPY --from=build --chown=1000:1000 /image/data /data
ENV HOST=0.0.0.0 PORT=3000 DATABASE_URL=file:/data/firstframe.db MEDIA_URL=file:/data/media
WORKDIR /app
USER 1000:1000
EXPOSE 3000
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/usr/local/bin/node", "/app/scripts/healthcheck.js"]
CMD ["/usr/local/bin/node", "/app/server.js"]
