import { helpText } from './config/describeConfig.js'
import { loadConfig } from './config/loadConfig.js'
import { createLogger } from './logger.js'
import { createPlatform } from './platform.js'
import { PlatformError } from './platformError.js'

/** The exit codes of a process that a signal ended, as shells know them. */
const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const

if (process.argv.includes('--help') || process.argv.includes('-h')) process.stdout.write(`${helpText()}\n`)
else await start()

async function start(): Promise<void> {
  try {
    const config = loadConfig(process.env)
    const logger = createLogger(config.logLevel)
    const platform = await createPlatform(config, { logger })
    endWith(() => platform.close())
    process.on('uncaughtException', (error) => {
      logger.error({ err: error }, 'an error that nobody caught; the process ends')
      process.exit(1)
    })
    process.stdout.write(`Symphainy is at ${config.publicOrigin ?? platform.address}\n`)
    if (config.publicOrigin !== undefined) process.stdout.write(`It listens at ${platform.address}\n`)
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error
    process.stderr.write(`${inWords(error)}\n`)
    process.exitCode = 1
  }
}

/** What is wrong and what to do, without a stack: the reader did not write this program. */
function inWords(error: PlatformError): string {
  if (error.code !== 'config') return `Symphainy cannot start. ${error.message}`
  return [
    'Symphainy cannot start. Its configuration has a problem:',
    ...error.message.split('\n').map((line) => `  ${line}`),
    'All variables: npm start -- --help',
  ].join('\n')
}

/** The first signal lets answers end; the second does not wait. [SE4] */
function endWith(close: () => Promise<void>): void {
  let ending = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(SIGNAL_EXIT[signal])
      ending = true
      close().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`Symphainy did not end cleanly: ${error instanceof Error ? error.message : String(error)}\n`)
          process.exit(1)
        },
      )
    })
  }
}
