import {
  foldEvent,
  newRunMessage,
  USER_LOG,
  type AckFrame,
  type AgentMessage,
  type EntryFrame,
  type EventFrame,
  type LiveFrame,
  type LogMessage,
  type Position,
  type SnapshotFrame,
} from '@symphainy/protocol'
import { unsynced, type Line, type Log } from './chatState.js'

type LogFrame = AckFrame | EntryFrame | EventFrame | LiveFrame | SnapshotFrame

function lineOf(message: LogMessage): Line {
  return message.role === 'user' ? { ...message, delivery: { state: 'sent' } } : message
}

/** Where the line is: a question and its answer have the same id. */
function indexOf(lines: readonly Line[], { role, id }: { role: Line['role']; id: string | undefined }): number {
  return lines.findLastIndex((line) => line.role === role && line.id === id)
}

/**
 * A line at its place: where it was, an answer behind its question, a repeated answer instead of the one it repeats,
 * anything else at the end. So a replay, a snapshot and pages of history give the same order.
 */
export function place(lines: readonly Line[], line: Line): readonly Line[] {
  let at = indexOf(lines, line)
  let behind = -1
  if (at < 0 && line.role === 'assistant') {
    if (lines.some((other) => other.role === 'assistant' && other.retryOf === line.id)) return lines
    at = indexOf(lines, { role: 'assistant', id: line.retryOf })
    behind = indexOf(lines, { role: 'user', id: line.id })
  }
  return at < 0 ? lines.toSpliced(behind < 0 ? lines.length : behind + 1, 0, line) : lines.with(at, line)
}

/** How many entries a position is ahead of what the log has applied; infinitely many when the two cannot be compared. */
export function distance({ state, position }: Log, { epoch, offset }: Position): number {
  if (state === 'new') return offset
  return position?.epoch === epoch ? offset - position.offset : Infinity
}

/** What a frame makes of its log. */
export function applied(log: Log, frame: LogFrame, wallNow: number): Log {
  const { epoch, offset } = frame
  const { state, lines } = log
  const ahead = distance(log, frame)
  switch (frame.type) {
    case 'ack':
      // Whose first message made the conversation is subscribed to it from its start; else the ack is a late one. [RS7]
      return state === 'new' ? { ...log, state: offset === 1 ? 'asked' : 'off', position: { epoch, offset: 0 } } : log
    case 'live':
      return ahead > 0 ? unsynced(log) : state === 'asked' ? { ...log, state: 'live' } : log
    case 'snapshot':
      // Of an older moment: it came late. [RS2]
      return state === 'missing' || (ahead < 0 && state !== 'asked') ? log : replaced(log, frame, wallNow)
    default: {
      // [RS1] Applied only at the next offset; a repeat changes nothing; a gap ends the sync, so that it is asked for again.
      if (ahead > 1 && state === 'live') return unsynced(log)
      if (ahead !== 1) return log
      const line = frame.type === 'entry' ? lineOf(frame.message) : folded(lines, frame, wallNow)
      return { ...log, state: state === 'new' ? 'live' : state, position: { epoch, offset }, lines: place(lines, line) }
    }
  }
}

function folded(lines: readonly Line[], { run, event }: EventFrame, wallNow: number): Line {
  const before = lines[indexOf(lines, { role: 'assistant', id: run })] as AgentMessage | undefined
  return foldEvent(before ?? newRunMessage(run, wallNow), event)
}

/** [RS2] A snapshot replaces what was there in one step; history before its first line stays, if it is of the same epoch. */
function replaced({ state, position, lines, older }: Log, { conversation, epoch, offset, messages, run, more }: SnapshotFrame, wallNow: number): Log {
  const current = messages.map((message) => reused(lines, lineOf(message)))
  if (run !== undefined) current.push(run.events.reduce(foldEvent, newRunMessage(run.run, wallNow)))
  const [first] = current
  const before = first !== undefined && position?.epoch === epoch && conversation !== USER_LOG ? lines.slice(0, Math.max(0, indexOf(lines, first))) : []
  // A run that was going on in there may have ended meanwhile, and nobody would say so.
  const kept = before.some((line) => line.role === 'assistant' && line.status === 'running') ? [] : before
  return {
    state: state === 'off' ? state : 'live',
    position: { epoch, offset },
    lines: [...kept, ...current].reduce(place, []),
    older: kept.length > 0 ? older : more ? { before: '', isLoading: false } : null,
  }
}

/** What did not change keeps its identity: a snapshot after each reconnect must not render everything anew. */
function reused(lines: readonly Line[], line: Line): Line {
  const old = lines[indexOf(lines, line)]
  return old !== undefined && JSON.stringify(old) === JSON.stringify(line) ? old : line
}

/** A page of history put before what is there; of what is known already, what is known is the newer. */
export function withOlder(log: Log, page: readonly LogMessage[], next: string | null): Log {
  const older = page.map(lineOf).reverse()
  const [first] = log.lines
  const end = first ? indexOf(older, first) : -1
  return {
    ...log,
    // What stands behind the first line in the page is not earlier: it may not even have been applied yet.
    lines: [...older.slice(0, end < 0 ? older.length : end), ...log.lines].reduce(place, []),
    older: next === null ? null : { before: next, isLoading: false },
  }
}
