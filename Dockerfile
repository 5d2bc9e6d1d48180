# syntax=docker/dockerfile:1

# One image for everything that `baedal` can run: actors, services, gateway, dashboard, and the two stand-ins for partners outside.
ARG NODE=node:20-bookworm-slim

FROM ${NODE} AS build
# better-sqlite3 is compiled where no binary of it fits.
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# The packages by themselves: they are installed again only when they change.
COPY package.json package-lock.json ./
RUN npm ci --include=dev --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM ${NODE}
ENV NODE_ENV=production BAEDAL_DATA=/data BAEDAL_LANG=ko
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/bin ./bin
COPY --from=build /app/data ./data
COPY --from=build /app/scenarios ./scenarios
COPY gateway.yml ./
# All that must survive is in here, and belongs to who runs it.
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
# Room for what is in hand, as the benchmark has it: docs/performance.md.
ENTRYPOINT ["node", "--max-semi-space-size=64", "--single-threaded-gc", "bin/baedal.js"]
CMD ["--help"]
