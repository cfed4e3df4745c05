import { EventType } from '@ag-ui/core'
import { verifyEvents, type BaseEvent } from '@ag-ui/client'
import { from, lastValueFrom, toArray } from 'rxjs'
import type { AgentBackend, AgentInput, GatewayLogger } from '@symphainy/gateway'
import { foldEvent, isTerminal, newRunMessage, type AgentAddress, type AgentMessage, type AgUiEvent } from '@symphainy/protocol'
import type { AgentEnvironment } from '../agentEnvironment.js'

/** A question to an agent, as the gateway asks it. For tests only. */
export function ask(text: string, agent: AgentAddress = { type: 'guide' }, before: AgentInput['messages'] = []): AgentInput {
  const run = 'run-0000001'
  return {
    run,
    conversation: 'conversation-1',
    user: { id: 'user-1', name: 'Ada' },
    agent,
    messages: [...before, { role: 'user', id: run, text, agent, createdAt: 0 }],
  }
}

export interface RecordedRun {
  events: AgUiEvent[]
  /** What a reader sees in the end. */
  message: AgentMessage
}

/**
 * Runs a backend to its end. The events, with the RUN_STARTED that the gateway writes in front, are held against
 * AG-UI's own verifier, and exactly one of them is terminal. [RS5]
 */
export async function recordRun(backend: AgentBackend, input: AgentInput, signal: AbortSignal = new AbortController().signal): Promise<RecordedRun> {
  const events: AgUiEvent[] = []
  for await (const event of backend.run(input, { signal })) events.push(event)
  const started: AgUiEvent = { type: EventType.RUN_STARTED, threadId: input.conversation, runId: input.run }
  await lastValueFrom(from([started, ...events] as BaseEvent[]).pipe(verifyEvents(false), toArray()))
  if (events.filter(isTerminal).length !== 1) throw new Error(`a run has one terminal event, this one ${events.filter(isTerminal).length}`)
  return { events, message: [started, ...events].reduce(foldEvent, newRunMessage(input.run, 0)) }
}

/** Real network, no real time: timers fire at once and their delays are kept. */
export function hastyEnvironment(random = 0.5): { environment: AgentEnvironment; delays: number[] } {
  const delays: number[] = []
  const environment: AgentEnvironment = {
    now: () => 1_700_000_000_000,
    setTimer(callback, delayMs) {
      delays.push(delayMs)
      const timer = setImmediate(callback)
      return { cancel: () => clearImmediate(timer) }
    },
    random: () => random,
    fetch: (input, init) => fetch(input, init),
  }
  return { environment, delays }
}

/** Keeps what was logged, each line as one string. */
export function recordingLogger(): { logger: GatewayLogger; lines: string[] } {
  const lines: string[] = []
  const write = (level: string) => (fields: Record<string, unknown>, message: string) => void lines.push(`${level} ${message} ${JSON.stringify(fields)}`)
  return { logger: { info: write('info'), warn: write('warn'), error: write('error') }, lines }
}
