import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dockerfileFindings } from './dockerfileFindings.js'
import { repositoryFile } from './edgeFiles.js'

const root = new URL('../../../', import.meta.url)
const manifest = JSON.parse(repositoryFile('package.json')) as { workspaces: string[] }

/** The folders that npm takes for workspaces. */
const workspaces = manifest.workspaces
  .flatMap((pattern) => (pattern.endsWith('/*') ? readdirSync(new URL(pattern.slice(0, -1), root)).map((name) => pattern.slice(0, -1) + name) : [pattern]))
  .filter((folder) => existsSync(new URL(`${folder}/package.json`, root)))

const dockerfile = repositoryFile('Dockerfile')

describe('Dockerfile', () => {
  it('keeps to our rules', () => {
    expect(dockerfileFindings(dockerfile, workspaces)).toEqual([])
  })

  it('knows every workspace', () => {
    expect(workspaces).toContain('packages/gateway')
    expect(dockerfileFindings(dockerfile, [...workspaces, 'packages/new'])).toEqual([
      'the manifest of packages/new is not there when dependencies are installed',
    ])
  })

  it.each<[string, string | RegExp, string, string]>([
    ['root', /USER .*/, 'USER root', 'does not run as a numbered user'],
    ['root by its number', /USER .*/, 'USER 0:0', 'does not run as a numbered user'],
    ['no user', /USER .*/, '', 'does not run as a numbered user'],
    ['a user for the build alone', /USER .*\n([^]*)/, '$1', 'does not run as a numbered user'],
    ['another base', /FROM node:22-bookworm-slim AS run/, 'FROM node:latest AS run', 'the stage run is not from node:22-bookworm-slim'],
    ['development in production', /RUN npm prune[^]*?\n\n/, '\n', 'does not install, build and prune'],
    ['sources in the image', 'COPY --from=build /app/packages ./packages', 'COPY packages ./packages', 'the last stage copies from the context'],
    ['npm as the first process', /CMD \["node", "symph.*/, 'CMD ["npm", "start"]', 'does not start the platform itself'],
    ['health without readiness', '/readyz', '/', 'no health check on /readyz'],
    ['a secret', 'ENV CI=1', 'ARG OPENAI_API_KEY', 'a secret is in the image'],
    ['a listener on loopback', 'HOST=0.0.0.0', 'HOST=localhost', 'HOST=0.0.0.0 is not set'],
    ['data that its user cannot write', '--chown=node:node ', '', "/data is not its user's"],
  ])('the check reports %s', (_slip, from, to, finding) => {
    const changed = dockerfile.replace(from, to)
    expect(changed).not.toBe(dockerfile)
    expect(dockerfileFindings(changed, workspaces).join('\n')).toContain(finding)
  })

  it('the context leaves out what is secret, local or built', () => {
    const ignored = repositoryFile('.dockerignore').split('\n')
    expect(ignored).toEqual(expect.arrayContaining(['.git', '.env', '.env.*', '.data', '**/node_modules', '**/dist']))
  })
})
