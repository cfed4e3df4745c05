import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { PlatformError } from '../platformError.js'
import { configurationPage, helpText } from './describeConfig.js'
import { loadConfig, type EnvironmentVariables } from './loadConfig.js'
import { VARIABLES } from './variables.js'

function problems(environment: EnvironmentVariables): string[] {
  try {
    loadConfig(environment)
  } catch (error) {
    if (error instanceof PlatformError) return error.message.split('\n')
    throw error
  }
  return []
}

it('starts with no environment at all', () => {
  const config = loadConfig({})
  expect(config).toMatchObject({
    host: 'localhost',
    port: 3000,
    dataDir: '.data',
    registration: 'open',
    loopbackOrigins: true,
    allowedOrigins: [],
    trustProxy: { kind: 'none' },
  })
  expect(config.dailyRuns).toBeUndefined()
})

it('prints all problems at once, each with the variable and an example', () => {
  const found = problems({ PORT: 'eighty', SESSION_TTL_SECONDS: '5', PUBLIC_ORIGIN: 'example.com/path', REGISTRATION: 'maybe' })
  expect(found).toHaveLength(4)
  for (const name of ['PORT', 'SESSION_TTL_SECONDS', 'PUBLIC_ORIGIN', 'REGISTRATION'])
    expect(found.some((line) => line.startsWith(`${name} `) && line.includes(`For example: ${name}=`))).toBe(true)
})

it('[L24] never believes every proxy', () => {
  expect(problems({ TRUST_PROXY: 'true' })[0]).toContain('would believe every sender')
  expect(problems({ TRUST_PROXY: '10.0.0.0/64' })).toHaveLength(1)
  expect(loadConfig({ TRUST_PROXY: '2' }).trustProxy).toEqual({ kind: 'count', count: 2 })
  expect(loadConfig({ TRUST_PROXY: '10.0.0.0/8, ::1' }).trustProxy).toEqual({ kind: 'list', addresses: ['10.0.0.0/8', '::1'] })
})

it('takes an origin with nothing but scheme, host and port', () => {
  expect(loadConfig({ PUBLIC_ORIGIN: 'https://Chat.Example.com:443/' }).publicOrigin).toBe('https://chat.example.com')
  for (const wrong of ['https://chat.example.com/app', 'ftp://chat.example.com', 'chat.example.com', 'https://user:secret@chat.example.com', '*'])
    expect(problems({ PUBLIC_ORIGIN: wrong })).toHaveLength(1)
})

it('[CN3] allows loopback pages unless a public origin is set', () => {
  expect(loadConfig({ PUBLIC_ORIGIN: 'https://chat.example.com' }).loopbackOrigins).toBe(false)
  expect(loadConfig({ PUBLIC_ORIGIN: 'http://localhost:3000' }).loopbackOrigins).toBe(true)
  expect(loadConfig({ PUBLIC_ORIGIN: 'https://chat.example.com', LOOPBACK_ORIGINS: 'yes' }).loopbackOrigins).toBe(true)
})

it('limits the questions a day when somebody pays for the answers', () => {
  expect(loadConfig({ OPENAI_MODEL: 'm', OPENAI_API_KEY: 'k' }).dailyRuns).toBe(200)
  expect(loadConfig({ AGUI_AGENT_URL: 'http://localhost:8000/agent', DAILY_RUNS: '7' }).dailyRuns).toBe(7)
})

it('names what contradicts', () => {
  expect(problems({ REGISTRATION: 'invite' })[0]).toContain('INVITATION_CODES')
  expect(problems({ OPENAI_API_KEY: 'sk-canary' })[0]).toContain('OPENAI_MODEL')
  expect(problems({ SESSION_TTL_SECONDS: '3600', SESSION_ABSOLUTE_SECONDS: '60' })[0]).toContain('SESSION_ABSOLUTE_SECONDS')
})

it('[L12] shows no secret in a problem', () => {
  const key = 'sk-canary'.repeat(200)
  expect(problems({ OPENAI_API_KEY: key, OPENAI_MODEL: 'm' }).join()).not.toContain('canary')
})

it('an empty variable is the same as none', () => {
  expect(loadConfig({ PORT: '', PUBLIC_ORIGIN: ' ' })).toEqual(loadConfig({}))
})

it('each example is right by its own rule', () => {
  for (const variable of Object.values(VARIABLES)) {
    if (variable.name === 'TRUST_PROXY') continue
    expect(variable.read(variable.example).ok, variable.name).toBe(true)
  }
})

it('--help and docs/configuration.md name every variable', () => {
  const path = fileURLToPath(new URL('../../../docs/configuration.md', import.meta.url))
  if (process.env['UPDATE_DOCS'] === '1') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, configurationPage())
  }
  expect(readFileSync(path, 'utf8')).toBe(configurationPage())
  for (const variable of Object.values(VARIABLES)) expect(helpText()).toContain(variable.name)
})
