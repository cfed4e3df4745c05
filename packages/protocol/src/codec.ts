import { FRAME_DEPTH } from './limits.js'

/** Frames as they stand in one WebSocket text message: unchecked objects, or why there are none. [FR1] [FR4] [FR5] */
export type Decoded = { ok: true; frames: unknown[] } | { ok: false; code: 'invalid_json' | 'invalid_frame' }

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * One WebSocket message as frames. Several frames may travel as one JSON array. [FR5]
 * Refuses nesting beyond `FRAME_DEPTH` and keys that reach into prototypes. [FR4] Never throws.
 */
export function decodeFrames(text: string): Decoded {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, code: 'invalid_json' }
  }
  const frames = Array.isArray(value) ? (value as unknown[]) : [value]
  // Depth counts from the frame, so that travelling in an array takes nothing from what a frame may hold.
  return frames.every((frame) => isSafe(frame, 1)) ? { ok: true, frames } : { ok: false, code: 'invalid_frame' }
}

/** Frames as one WebSocket message: one as it is, several as an array. [FR5] */
export function encodeFrames(frames: readonly object[]): string {
  return frames.length === 1 ? JSON.stringify(frames[0]) : JSON.stringify(frames)
}

/** The same for frames that were already encoded, so that an event is stringified once and not once a reader. */
export function joinEncoded(frames: readonly string[]): string {
  return frames.length === 1 ? (frames[0] as string) : `[${frames.join(',')}]`
}

/** Whether a value may go into a frame as it is: not nested beyond `FRAME_DEPTH`, no key that is refused. [FR4] */
export function isSafe(value: unknown, depth = 1): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depth > FRAME_DEPTH) return false
  if (Array.isArray(value)) return value.every((item) => isSafe(item, depth + 1))
  return Object.keys(value).every((key) => !FORBIDDEN_KEYS.has(key) && isSafe((value as Record<string, unknown>)[key], depth + 1))
}
