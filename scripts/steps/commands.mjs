import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './paths.mjs'

/** A command that ended with a code other than 0; `output` is what it printed, when that was captured. */
export class CommandError extends Error {
  constructor(command, code, output) {
    super(`${command} ended with ${code}`)
    this.name = 'CommandError'
    this.code = code
    this.output = output
  }
}

const running = new Set()

// A signal sent to this process alone (not to its group) would otherwise leave the child behind.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (running.size === 0 && process.listenerCount(signal) > 1) return
    for (const child of running) child.kill(signal)
    process.exit(128 + constants.signals[signal])
  })
}

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, show?: boolean }} [options] `show`: its output goes to the terminal as it comes
 * @returns {Promise<string>} its output, empty with `show`
 * @throws {CommandError}
 */
export function run(command, args, { cwd = root, env, show = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] })
    running.add(child)
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => {
      running.delete(child)
      reject(error)
    })
    child.on('close', (code, signal) => {
      running.delete(child)
      if (code === 0) resolve(output)
      else reject(new CommandError([command, ...args].join(' '), code ?? signal, output))
    })
  })
}

/** Runs a JavaScript file with this Node. */
export const runNode = (file, args, options) => run(process.execPath, [file, ...args], options)

/** Runs npm: the one that runs us, if any, so that no second one needs to be on the PATH. */
export function runNpm(args, options) {
  const own = process.env.npm_execpath
  if (own !== undefined && /npm-cli\.[cm]?js$/.test(own)) return runNode(own, args, options)
  return process.platform === 'win32' ? run('cmd', ['/c', 'npm', ...args], options) : run('npm', args, options)
}

/** Ends the process with the words of an error: a person reads them, so no stack for what is no bug of the script. */
export function fail(error) {
  if (error instanceof CommandError) {
    if (error.output) console.error(error.output.trimEnd())
    console.error(error.message)
  } else {
    console.error(error)
  }
  process.exit(1)
}
