import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrames, encodeFrames, isSafe, joinEncoded } from './codec.js'
import { FRAME_DEPTH } from './limits.js'

const nested = (depth: number): string => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1)

describe('codec', () => {
  it('[FR5] gives one frame as itself and several as an array, and reads both back', () => {
    const ping = { type: 'ping', id: '1' }
    const pong = { type: 'pong', id: '1' }
    expect(encodeFrames([ping])).toBe('{"type":"ping","id":"1"}')
    expect(decodeFrames(encodeFrames([ping]))).toEqual({ ok: true, frames: [ping] })
    expect(decodeFrames(encodeFrames([ping, pong]))).toEqual({ ok: true, frames: [ping, pong] })
    expect(joinEncoded([JSON.stringify(ping), JSON.stringify(pong)])).toBe(encodeFrames([ping, pong]))
    expect(joinEncoded([JSON.stringify(ping)])).toBe(encodeFrames([ping]))
  })

  it('[FR1] says that rubbish and truncated JSON are no frames', () => {
    for (const text of ['', '{', '[{"type":"ping"}', 'ping', '\u0000', '{"type":"ping"'.repeat(10)])
      expect(decodeFrames(text)).toEqual({ ok: false, code: 'invalid_json' })
  })

  it('[FR4] accepts the greatest depth and refuses one more, alone and in an array', () => {
    expect(decodeFrames(nested(FRAME_DEPTH)).ok).toBe(true)
    expect(decodeFrames(`[${nested(FRAME_DEPTH)}]`).ok).toBe(true)
    expect(decodeFrames(nested(FRAME_DEPTH + 1))).toEqual({ ok: false, code: 'invalid_frame' })
    expect(decodeFrames(`[${nested(FRAME_DEPTH + 1)}]`)).toEqual({ ok: false, code: 'invalid_frame' })
  })

  it('[FR4] survives 256 KiB of opening brackets', () => {
    expect(decodeFrames('['.repeat(262_144)).ok).toBe(false)
    expect(decodeFrames('['.repeat(131_072) + ']'.repeat(131_072)).ok).toBe(false)
  })

  it('[FR4] refuses keys that reach into prototypes, however they are written', () => {
    for (const key of ['__proto__', 'constructor', 'prototype', '\\u005f_proto__']) {
      expect(decodeFrames(`{"type":"x","${key}":{"polluted":1}}`).ok).toBe(false)
      expect(decodeFrames(`{"type":"x","a":[{"${key}":1}]}`).ok).toBe(false)
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(decodeFrames('{"type":"message","text":"\\"__proto__\\": a word in a text"}').ok).toBe(true)
  })

  it('[FR4] never throws, whatever the text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json({ maxDepth: 40 })), (text) => typeof decodeFrames(text).ok === 'boolean'))
  })

  it('reads back whatever safe objects it encoded', () => {
    const frame = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })).filter((value) => isSafe(value))
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 4 }), (frames) => {
        const back = decodeFrames(encodeFrames(frames))
        expect(back).toEqual({ ok: true, frames: JSON.parse(JSON.stringify(frames)) })
      }),
    )
  })
})
