import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '@symphainy/gateway'
import { createSseParser, type SseEvent } from './sseParser.js'

const parse = (...pieces: string[]): SseEvent[] => {
  const parser = createSseParser(1000)
  return pieces.flatMap((piece) => parser.push(piece))
}
const dataOf = (...pieces: string[]): string[] => parse(...pieces).map((event) => event.data)

describe('createSseParser', () => {
  it('reads events, names and ids', () => {
    expect(parse('event: run\nid: 7\ndata: x\n\ndata: y\n\n')).toEqual([
      { event: 'run', data: 'x', id: '7' },
      { event: 'message', data: 'y', id: '7' },
    ])
  })

  it('joins several data lines by a line feed', () => {
    expect(dataOf('data: {\ndata:  "a": 1\ndata:}\n\n')).toEqual(['{\n "a": 1\n}'])
  })

  it('passes over comments, unknown fields and events without data', () => {
    expect(dataOf(': keep-alive\n\nretry: 5\nfoo\nevent: x\n\ndata\n\n')).toEqual([''])
  })

  it('never gives an event that the end of the stream cut off', () => {
    expect(dataOf('data: whole\n\ndata: ha', 'lf\n')).toEqual(['whole'])
  })

  it('gives the same events however the stream is cut and whichever line ends it has', () => {
    const line = fc.constantFrom('data: a', 'data: ü😀', 'data:', ': comment', 'event: e', '', '')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\r'), fc.array(fc.nat(120), { maxLength: 8 }), (lines, end, cuts) => {
        const stream = lines.map((text) => text + end).join('')
        const at = [...new Set(cuts.map((cut) => Math.min(cut, stream.length)))].sort((a, b) => a - b)
        const pieces = [0, ...at].map((from, i) => stream.slice(from, at[i] ?? stream.length))
        expect(parse(...pieces)).toEqual(parse(lines.map((text) => `${text}\n`).join('')))
      }),
    )
  })

  it('takes a CR and an LF for one line end, also when a chunk ends between them', () => {
    const stream = 'data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n'
    for (let at = 0; at <= stream.length; at++) expect(dataOf(stream.slice(0, at), stream.slice(at))).toEqual(['a\nb', 'c'])
    expect(dataOf(...stream)).toEqual(['a\nb', 'c'])
  })

  it('refuses an event that never ends', () => {
    expect(() => parse(`data: ${'x'.repeat(600)}\n`, `data: ${'x'.repeat(600)}`)).toThrow(GatewayError)
  })
})
