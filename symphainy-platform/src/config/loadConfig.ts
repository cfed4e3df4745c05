import { PlatformError } from '../platformError.js'
import type { Config } from './variables.js'
import { VARIABLES, type Variable } from './variables.js'

/** The environment as it is read; `process.env` fits. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>

/**
 * The configuration that the environment holds.
 * @throws PlatformError `config` with every problem in it, a line each, so that nobody mends them one start at a time
 */
export function loadConfig(environment: EnvironmentVariables): Config {
  const problems: string[] = []
  const given = <T>(variable: Variable<T>): T | undefined => {
    // An empty variable is what `VAR=` in a compose file leaves behind: the same as none.
    const text = environment[variable.name]?.trim() || variable.default
    if (text === undefined) return undefined
    const reading = variable.read(text)
    if (reading.ok) return reading.value
    problems.push(problem(variable, variable.secret === true ? reading.wrong.replace(/".*"/, '(not shown)') : reading.wrong))
    return undefined
  }
  const values = Object.fromEntries(Object.entries(VARIABLES).map(([key, variable]) => [key, given(variable as Variable<unknown>)])) as unknown as Config
  problems.push(...contradictions(values))
  if (problems.length > 0) throw new PlatformError('config', problems.join('\n'))
  return {
    ...values,
    loopbackOrigins: values.loopbackOrigins ?? (values.publicOrigin === undefined || isLoopback(values.publicOrigin)),
    dailyRuns: values.dailyRuns ?? (isPaid(values) ? 200 : undefined),
  }
}

/** What is wrong between variables that are each right. */
function contradictions(config: Config): string[] {
  const found: string[] = []
  if (config.sessionAbsoluteSeconds < config.sessionTtlSeconds) found.push(problem(VARIABLES.sessionAbsoluteSeconds, 'is shorter than SESSION_TTL_SECONDS'))
  if (config.registration === 'invite' && config.invitationCodes?.length === 0)
    found.push(problem(VARIABLES.invitationCodes, 'is empty, but REGISTRATION is invite, so that nobody could make an account'))
  if ((config.openaiBaseUrl !== undefined || config.openaiApiKey !== undefined) && config.openaiModel === undefined)
    found.push(problem(VARIABLES.openaiModel, 'is missing, but OPENAI_BASE_URL or OPENAI_API_KEY is set'))
  return found
}

function problem(variable: Variable<unknown>, wrong: string): string {
  return `${variable.name} ${wrong}. For example: ${variable.name}=${variable.example}`
}

function isPaid(config: Config): boolean {
  return config.openaiModel !== undefined || config.aguiAgentUrl !== undefined
}

/** Whether an origin names this machine to itself. */
export function isLoopback(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin)
}
