import { expect, it } from 'vitest'
import { readSse } from './readSse.js'

const bytes = new TextEncoder().encode('data: 日本\n\ndata: b\n\n')

it('joins characters that were cut between two chunks', async () => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
      controller.close()
    },
  })
  const data: string[] = []
  for await (const event of readSse(body, 1000)) data.push(event.data)
  expect(data).toEqual(['日本', 'b'])
})

it('cancels the body when its reader stops early', async () => {
  let isCancelled = false
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes),
    cancel: () => void (isCancelled = true),
  })
  for await (const _ of readSse(body, 1000)) break
  expect(isCancelled).toBe(true)
})

it('rejects as the body does', async () => {
  const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error('reset')) })
  await expect(readSse(body, 1000).next()).rejects.toThrow('reset')
})
