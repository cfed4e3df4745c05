# syntax=docker/dockerfile:1
# The platform and its web app in one image. Build: docker build -t symphainy-platform .

# 1. Everything needed to build, then everything needed to run.
FROM node:22-bookworm-slim AS build
WORKDIR /app
ENV CI=1
# The manifests alone, so that a change of a source does not install anew.
COPY package.json package-lock.json ./
COPY packages/protocol/package.json packages/protocol/
COPY packages/client/package.json packages/client/
COPY packages/react/package.json packages/react/
COPY packages/gateway/package.json packages/gateway/
COPY packages/testing/package.json packages/testing/
COPY symphainy-platform/package.json symphainy-platform/
COPY symphainy-frontend/package.json symphainy-frontend/
COPY e2e/package.json e2e/
COPY bench/package.json bench/
# No dependency needs a script at its installation: binaries come inside their packages.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# Sizes are a matter of the tests, not of the image.
RUN npm run build -- --no-sizes
# What runs: compiled code and the dependencies of production.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf e2e bench node_modules/@symphainy/e2e node_modules/@symphainy/bench \
    packages/*/src packages/*/tsconfig.json packages/*/dist/.tsbuildinfo symphainy-platform/src symphainy-platform/dist/.tsbuildinfo \
  && mkdir -p /data

# 2. What runs, and nothing else.
FROM node:22-bookworm-slim AS run
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=3000 \
  DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/packages ./packages
COPY --from=build /app/symphainy-platform ./symphainy-platform
COPY --from=build /app/symphainy-frontend/package.json ./symphainy-frontend/
COPY --from=build /app/symphainy-frontend/dist ./symphainy-frontend/dist
# The one place that it writes to. A volume that is mounted here for the first time takes over this owner.
COPY --from=build --chown=node:node /data /data
# A number, so that an orchestrator can see that it is not root; 1000 is the user `node` of the base image.
USER 1000:1000
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, not npm: the signal to stop has to reach the platform. Run it with an init (docker run --init).
CMD ["node", "symphainy-platform/dist/main.js"]
