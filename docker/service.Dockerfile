# One image for any app: docker build -f docker/service.Dockerfile --build-arg APP=members -t jishi/members:0.1.0 .
# The worker of a service is the same image started as `node src/worker.js`.
ARG NODE=node:24.21.0-bookworm-slim

FROM ${NODE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY apps apps
COPY libs libs
COPY tools tools
RUN node tools/build.mjs

# Without the compilers, and without the PostgreSQL that only the embedded form brings along.
FROM ${NODE} AS dependencies
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --omit=optional --no-audit --no-fund

FROM ${NODE}
ARG APP
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
COPY --from=dependencies /src/node_modules /app/node_modules
COPY --from=build /src/dist/libs /app/dist/libs
COPY --from=build /src/dist/apps/${APP} /app/dist/apps/${APP}
WORKDIR /app/dist/apps/${APP}
# Fails here, not in the cluster, when APP names no app.
RUN test -f src/main.js
USER 65532:65532
EXPOSE 4000
# Node is process 1 and gets the signals itself: it drains on SIGTERM.
CMD ["node", "src/main.js"]
