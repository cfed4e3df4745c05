import {
  foldEvent,
  newRunMessage,
  SNAPSHOT_BYTES,
  SNAPSHOT_MESSAGES,
  USER_LOG,
  type EntryFrame,
  type EventFrame,
  type LogMessage,
  type SnapshotFrame,
} from '@symphainy/protocol'
import type { ShownUserMessage } from './chatApi.js'
import type { Line, Log, Older } from './chatState.js'

const SENT: ShownUserMessage['delivery'] = { state: 'sent' }

function lineOf(message: LogMessage): Line {
  return message.role === 'user' ? { ...message, delivery: SENT } : message
}

/** A question and its answer have the same id. */
function isSame(left: Line, right: Line): boolean {
  return left.id === right.id && left.role === right.role
}

/**
 * A line at its place: where it was, an answer behind its question, a repeated answer instead of the one it repeats,
 * anything else at the end. So a replay, a snapshot and pages of history give the same order.
 */
export function place(lines: readonly Line[], line: Line): readonly Line[] {
  const at = lines.findLastIndex((other) => isSame(other, line))
  if (at >= 0) return lines.with(at, line)
  if (line.role !== 'assistant') return [...lines, line]
  if (lines.some((other) => other.role === 'assistant' && other.retryOf === line.id)) return lines
  const repeated = lines.findLastIndex((other) => other.role === 'assistant' && other.id === line.retryOf)
  if (repeated >= 0) return lines.with(repeated, line)
  const question = lines.findLastIndex((other) => other.role === 'user' && other.id === line.id)
  return question < 0 ? [...lines, line] : lines.toSpliced(question + 1, 0, line)
}

/** [RS1] Applied only at the next offset; a repeat changes nothing; a gap ends the sync, so that it is asked for again. */
export function applyNext(log: Log, frame: EntryFrame | EventFrame, wallNow: number): Log {
  const position = log.position ?? (log.phase === 'new' ? { epoch: frame.epoch, offset: 0 } : null)
  if (position === null || log.phase === 'missing') return log
  const isSameEpoch = frame.epoch === position.epoch
  if (isSameEpoch && frame.offset <= position.offset) return log
  if (!isSameEpoch || frame.offset > position.offset + 1) return log.sync === 'live' ? { ...log, sync: 'off' } : log
  return {
    ...log,
    phase: 'known',
    // Whose first message made the conversation is subscribed to it from its start. [RS7]
    sync: log.phase === 'new' ? 'live' : log.sync,
    position: { epoch: frame.epoch, offset: frame.offset },
    lines: place(log.lines, frame.type === 'entry' ? lineOf(frame.message) : folded(log.lines, frame, wallNow)),
  }
}

function folded(lines: readonly Line[], { run, event }: EventFrame, wallNow: number): Line {
  const before = lines.findLast((line) => line.role === 'assistant' && line.id === run)
  return foldEvent(before?.role === 'assistant' ? before : newRunMessage(run, wallNow), event)
}

/** [RS2] Replaces what was there in one step; history before the snapshot's first line stays, if it is of the same epoch. */
export function applySnapshot(log: Log, frame: SnapshotFrame, wallNow: number): Log {
  const { epoch, offset, messages, run } = frame
  const isSameEpoch = log.position?.epoch === epoch
  const isLate = log.sync !== 'asked' && isSameEpoch && offset < (log.position?.offset ?? 0)
  if (isLate || log.phase === 'missing') return log
  const current = messages.map((message) => reused(log.lines, lineOf(message)))
  if (run !== undefined) current.push(run.events.reduce(foldEvent, newRunMessage(run.run, wallNow)))
  const kept = isSameEpoch && frame.conversation !== USER_LOG ? keptBefore(log.lines, current) : []
  return {
    phase: 'known',
    position: { epoch, offset },
    sync: log.sync === 'asked' ? 'live' : log.sync,
    lines: [...kept, ...current].reduce(place, []),
    older: kept.length > 0 ? log.older : mayHaveOlder(messages) ? { state: 'some', before: '' } : { state: 'none' },
  }
}

/** What did not change keeps its identity: a snapshot after each reconnect must not render everything anew. */
function reused(lines: readonly Line[], line: Line): Line {
  const old = lines.findLast((other) => isSame(other, line))
  if (old === undefined) return line
  if (old.role === 'user') return old
  return old.role === 'assistant' && line.role === 'assistant' && old.status !== 'running' && old.status === line.status && old.text === line.text ? old : line
}

function keptBefore(lines: readonly Line[], current: readonly Line[]): readonly Line[] {
  const first = current[0]
  const kept =
    first === undefined
      ? []
      : lines.slice(
          0,
          Math.max(
            0,
            lines.findIndex((line) => isSame(line, first)),
          ),
        )
  // A run that was going on in there may have ended meanwhile, and nobody would say so.
  return kept.some((line) => line.role === 'assistant' && line.status === 'running') ? [] : kept
}

/** A snapshot does not say whether it is all. It may not be when it is near one of its bounds, or begins with an answer. [FR2] */
function mayHaveOlder(messages: readonly LogMessage[]): boolean {
  const units = messages.reduce((sum, message) => sum + ('text' in message ? message.text.length : 0), 0)
  return messages.length >= SNAPSHOT_MESSAGES || units > SNAPSHOT_BYTES / 8 || messages[0]?.role === 'assistant'
}

/** A page of history put before what is there; what is known already is left as it is. */
export function applyOlder(log: Log, conversation: string, page: readonly LogMessage[], next: string | null): Log {
  const oldestFirst = page.map(lineOf).reverse()
  const first = log.lines[0]
  // Conversations page by time of change, which moves; messages page by place.
  const end = first === undefined || conversation === USER_LOG ? -1 : oldestFirst.findIndex((line) => isSame(line, first))
  const earlier = (end < 0 ? oldestFirst : oldestFirst.slice(0, end)).filter((line) => !log.lines.some((known) => isSame(known, line)))
  const older: Older = next === null ? { state: 'none' } : { state: 'some', before: next }
  return { ...log, lines: earlier.length === 0 ? log.lines : [...earlier, ...log.lines].reduce(place, []), older }
}
