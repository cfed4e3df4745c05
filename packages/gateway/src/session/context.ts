import type { Tails } from '../fanOut/tails.js'
import type { Settings } from '../options.js'
import type { Appender } from '../runs/appender.js'
import type { Runs } from '../runs/runs.js'
import type { Connection } from './connection.js'
import type { Registry } from './registry.js'
import type { Rules } from './states.js'

/** What the connections of one gateway share. */
export interface Context {
  settings: Settings
  rules: Rules
  registry: Registry<Connection>
  tails: Tails
  runs: Runs
  appender: Appender
}
