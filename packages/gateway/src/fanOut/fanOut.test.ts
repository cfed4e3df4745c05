import type { Socket } from 'node:net'
import { createMemoryBus, createMemoryEventLog, createMemorySessionStore, createMemoryTicketStore } from '@symphainy/gateway/memory'
import {
  createScriptedAgent,
  createTestPlatform,
  createVirtualClock,
  type ScriptedRun,
  type TestPlatform,
  type TestPlatformOptions,
  type TestSocket,
} from '@symphainy/testing'
import { foldEvent, newRunMessage, type AgentMessage, type ClientFrame, type PlatformFrame } from '@symphainy/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { defaultEnvironment } from '../environment.js'

const platforms: TestPlatform[] = []
async function start(options?: TestPlatformOptions): Promise<TestPlatform> {
  const platform = await createTestPlatform(options)
  platforms.push(platform)
  return platform
}
afterEach(async () => {
  await Promise.all(platforms.splice(0).map((platform) => platform.close()))
})

const TALK = 'talk-0001'
const message = (id: string, text = 'hi', conversation = TALK): ClientFrame => ({ type: 'message', id, conversation, agent: { type: 'guide' }, text })
type Placed = Extract<PlatformFrame, { type: 'snapshot' | 'entry' | 'event' | 'live' }>
const placed = (socket: TestSocket, conversation = TALK): Placed[] =>
  socket.frames.filter(
    (frame): frame is Placed => ['snapshot', 'entry', 'event', 'live'].includes(frame.type) && (frame as Placed).conversation === conversation,
  )

/** What a client shows that follows the rules: a snapshot replaces, the next offset is applied. Fails on a gap. [RS1] */
function shownText(socket: TestSocket, run: string): string {
  let last = 0
  let folded: AgentMessage = newRunMessage(run, 0)
  for (const frame of placed(socket)) {
    if (frame.type === 'snapshot') {
      last = frame.offset
      const done = frame.messages.find((item): item is AgentMessage => item.role === 'assistant' && item.id === run)
      folded = done ?? (frame.run?.run === run ? frame.run.events.reduce(foldEvent, newRunMessage(run, 0)) : newRunMessage(run, 0))
    } else if (frame.type === 'live') expect(frame.offset).toBe(last)
    else {
      expect(frame.offset, `after ${last}`).toBe(last + 1)
      last = frame.offset
      if (frame.type === 'event' && frame.run === run) folded = foldEvent(folded, frame.event)
    }
  }
  return folded.text
}

async function begin(agents: ReturnType<typeof createScriptedAgent>, socket: TestSocket, id = 'message-1'): Promise<ScriptedRun> {
  socket.send(message(id))
  await socket.next('ack')
  return agents.started(id)
}

describe('a conversation', () => {
  it('[RS7] a first message makes it and subscribes its sender from the start: every offset, then live', async () => {
    const platform = await start()
    const socket = await platform.connect(await platform.signIn('Ada'))
    socket.send(message('message-1', 'hello there'))
    expect(await socket.next('ack')).toMatchObject({ id: 'message-1', conversation: TALK, offset: 1 })
    await socket.next('event', ({ event }) => event.type === 'RUN_FINISHED')
    expect(shownText(socket, 'message-1')).toBe('hello there')
    const offsets = placed(socket).flatMap((frame) => (frame.type === 'entry' || frame.type === 'event' ? [frame.offset] : []))
    expect(offsets).toEqual(offsets.map((_, index) => index + 1))
    expect(placed(socket)[0]).toMatchObject({ type: 'entry', offset: 1, message: { role: 'user', text: 'hello there' } })
  })

  it('[RS3] the same id again gives the same ack, and no second answer', async () => {
    const agents = createScriptedAgent()
    const platform = await start({ gateway: { agents } })
    const socket = await platform.connect(await platform.signIn('Ada'))
    socket.send(message('message-1'))
    const first = await socket.next('ack')
    socket.send(message('message-1'))
    expect(await socket.next('ack')).toEqual(first)
    expect(agents.runs).toHaveLength(1)
  })

  it('[RS7] a repeat of the first message on a new socket subscribes there too: its first ack may be lost', async () => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const first = await platform.connect(session)
    first.send(message('message-1', 'hello'))
    await first.next('event', ({ event }) => event.type === 'RUN_FINISHED')
    const second = await platform.connect(session)
    second.send(message('message-1', 'hello'))
    await second.next('live', ({ conversation }) => conversation === TALK)
    expect(shownText(second, 'message-1')).toBe('hello')
  })

  it('[RS2] subscribe gives a snapshot and then live; a known position gives what comes after it', async () => {
    const platform = await start()
    const session = await platform.signIn('Ada')
    const first = await platform.connect(session)
    first.send(message('message-1', 'hello'))
    const end = await first.next('event', ({ event }) => event.type === 'RUN_FINISHED')
    const second = await platform.connect(session)
    second.send({ type: 'subscribe', conversation: TALK })
    const snapshot = await second.next('snapshot')
    expect(snapshot.messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
    expect(await second.next('live')).toMatchObject({ epoch: snapshot.epoch, offset: end.offset })
    second.send({ type: 'subscribe', conversation: TALK, after: { epoch: end.epoch, offset: 3 } })
    const live = await second.next('live')
    expect(live.offset).toBe(end.offset)
    const after = placed(second).slice(2)
    expect(after.map((frame) => frame.offset)).toEqual([...Array.from({ length: end.offset - 3 }, (_, index) => index + 4), end.offset])
    second.send({ type: 'subscribe', conversation: TALK, after: { epoch: 'another', offset: 3 } })
    await second.next('snapshot')
  })

  it('[RS7] an unknown id, or another user’s, is the same as none', async () => {
    const platform = await start()
    const ada = await platform.connect(await platform.signIn('Ada'))
    const bob = await platform.connect(await platform.signIn('Bob'))
    ada.send(message('message-1', 'secret of Ada'))
    await ada.next('event', ({ event }) => event.type === 'RUN_FINISHED')
    bob.send({ type: 'subscribe', conversation: TALK }, { type: 'subscribe', conversation: 'unknown-talk' })
    const errors = [await bob.next('error'), await bob.next('error')]
    expect(errors.map(({ code, message: text }) => [code, text])).toEqual([errors[0], errors[0]].map((error) => [error?.code, error?.message]))
  })

  it('[L15] [S7] two users of the guide never see each other’s events, also with equal ids', async () => {
    const platform = await start()
    const [ada, bob] = [await platform.connect(await platform.signIn('Ada')), await platform.connect(await platform.signIn('Bob'))]
    for (const socket of [ada, bob]) socket.send({ type: 'subscribe', conversation: '@user' })
    ada.send(message('message-1', 'words of Ada'))
    bob.send(message('message-1', 'words of Bob'))
    await Promise.all([ada, bob].map((socket) => socket.next('event', ({ event }) => event.type === 'RUN_FINISHED')))
    await ada.roundTrip()
    await bob.roundTrip()
    expect(ada.texts.join()).not.toContain('Bob')
    expect(bob.texts.join()).not.toContain('Ada"')
    expect(bob.texts.join()).not.toContain('words of Ada')
  })

  it('[RS2] no gap and no double between snapshot and live, whenever a reader joins a running answer', async () => {
    const agents = createScriptedAgent()
    const platform = await start({ gateway: { agents } })
    const [one, two] = [await platform.signIn('Ada'), await platform.signIn('Ada')]
    const writer = await platform.connect(one)
    const run = await begin(agents, writer)
    const readers: TestSocket[] = []
    let text = ''
    for (let index = 0; index < 12; index += 1) {
      run.write(`w${index} `)
      text += `w${index} `
      if (index % 4 !== 0) continue
      const reader = await platform.connect(index === 0 ? two : await platform.signIn('Ada'))
      readers.push(reader)
      reader.send({ type: 'subscribe', conversation: TALK })
    }
    run.finish()
    for (const reader of [writer, ...readers]) {
      await expect.poll(() => shownText(reader, 'message-1')).toBe(text)
    }
  })

  it('[RS12] a second message waits, is acked, and is answered next', async () => {
    const agents = createScriptedAgent()
    const platform = await start({ gateway: { agents } })
    const socket = await platform.connect(await platform.signIn('Ada'))
    const run = await begin(agents, socket)
    socket.send(message('message-2', 'second'))
    expect((await socket.next('ack')).id).toBe('message-2')
    expect(agents.runs).toHaveLength(1)
    run.write('one')
    run.finish()
    const second = await agents.started('message-2')
    expect(second.input.messages.at(-1)).toMatchObject({ id: 'message-2', text: 'second' })
    expect(second.input.user).toEqual({ id: 'user-ada', name: 'Ada' })
    second.finish()
    await socket.next('event', ({ run: id, event }) => id === 'message-2' && event.type === 'RUN_FINISHED')
  })

  it('[RS7] @user tells every device of a new conversation, its end of a run and its deletion; a late message is gone', async () => {
    const platform = await start()
    const [phone, laptop] = [await platform.connect(await platform.signIn('Ada')), await platform.connect(await platform.signIn('Ada'))]
    laptop.send({ type: 'subscribe', conversation: '@user' })
    await laptop.next('live')
    phone.send(message('message-1', 'a title'))
    expect((await laptop.next('entry')).message).toMatchObject({ role: 'conversation', id: TALK, title: 'a title' })
    await laptop.next('entry')
    const key = { userId: 'user-ada', conversation: TALK }
    await platform.stores.log.remove(key, Date.now())
    platform.gateway.notify(key)
    platform.gateway.notify({ userId: 'user-ada', conversation: '@user' })
    expect((await laptop.next('entry')).message).toMatchObject({ deleted: true })
    expect(await phone.next('error')).toMatchObject({ code: 'not_found', re: { type: 'subscribe', conversation: TALK } })
    phone.send(message('message-2'))
    expect(await phone.next('nack')).toMatchObject({ id: 'message-2', code: 'gone' })
  })

  it('[RS10] readers on another node follow by the hints of the bus', async () => {
    const agents = createScriptedAgent()
    const shared = { sessions: createMemorySessionStore(), tickets: createMemoryTicketStore(), log: createMemoryEventLog(), bus: createMemoryBus(), agents }
    const [here, there] = [await start({ gateway: shared }), await start({ gateway: shared })]
    const writer = await here.connect(await here.signIn('Ada'))
    const run = await begin(agents, writer)
    const reader = await there.connect(await there.signIn('Ada'))
    reader.send({ type: 'subscribe', conversation: TALK })
    await reader.next('live')
    run.write('far ')
    run.write('away')
    run.finish()
    await reader.next('event', ({ event }) => event.type === 'RUN_FINISHED')
    expect(shownText(reader, 'message-1')).toBe('far away')
    writer.send(message('message-2'))
    await agents.started('message-2')
    reader.send({ type: 'cancel', run: 'message-2' })
    const end = await reader.next('event', ({ run: id, event }) => id === 'message-2' && event.type === 'RUN_FINISHED')
    expect(end.event).toMatchObject({ outcome: { type: 'cancelled' } })
  })

  it('[U1] [RS5] a disconnect never cancels; the answer is there for the next connection', async () => {
    const agents = createScriptedAgent()
    const platform = await start({ gateway: { agents } })
    const session = await platform.signIn('Ada')
    const first = await platform.connect(session)
    const run = await begin(agents, first)
    run.write('before ')
    first.socket.terminate()
    await first.closed
    run.write('after')
    run.finish()
    const second = await platform.connect(session)
    second.send({ type: 'subscribe', conversation: TALK })
    await second.next('live')
    await expect.poll(() => shownText(second, 'message-1')).toBe('before after')
  })

  it('[RS5] cancel reaches the agent and ends the run once, as cancelled; a waiting one too', async () => {
    const agents = createScriptedAgent()
    const platform = await start({ gateway: { agents } })
    const socket = await platform.connect(await platform.signIn('Ada'))
    const run = await begin(agents, socket)
    socket.send(message('message-2'))
    await socket.next('ack')
    socket.send({ type: 'cancel', run: 'message-2' }, { type: 'cancel', run: 'message-2' })
    await socket.next('event', ({ run: id, event }) => id === 'message-2' && event.type === 'RUN_FINISHED')
    run.write('half')
    socket.send({ type: 'cancel', run: 'message-1' }, { type: 'cancel', run: 'message-1' }, { type: 'cancel', run: 'unknown-run' })
    const end = await socket.next('event', ({ run: id, event }) => id === 'message-1' && event.type === 'RUN_FINISHED')
    expect(end.event).toMatchObject({ outcome: { type: 'cancelled' } })
    expect(run.signal.aborted).toBe(true)
    expect(agents.runs).toHaveLength(1)
    await socket.roundTrip()
    for (const id of ['message-1', 'message-2'])
      expect(socket.frames.filter((frame) => frame.type === 'event' && frame.run === id && frame.event.type === 'RUN_FINISHED')).toHaveLength(1)
  })

  it('[FR5] what is there in one turn goes out as one array', async () => {
    const agents = createScriptedAgent()
    const platform = await start({ gateway: { agents } })
    const session = await platform.signIn('Ada')
    const first = await platform.connect(session)
    const run = await begin(agents, first)
    for (let index = 0; index < 50; index += 1) run.emit({ type: 'CUSTOM', name: 'step', value: index } as never)
    run.finish()
    await first.next('event', ({ event }) => event.type === 'RUN_FINISHED')
    const second = await platform.connect(session)
    const before = second.texts.length
    second.send({ type: 'subscribe', conversation: TALK, after: { epoch: (placed(first)[0] as Placed).epoch, offset: 0 } })
    await second.next('live')
    expect(second.texts.length - before).toBeLessThanOrEqual(3)
    expect(placed(second).length).toBeGreaterThan(50)
  })
})

describe('a slow reader', () => {
  it('[RS8] that takes nothing for 30 s is closed with 1013, and cut off', async () => {
    const agents = createScriptedAgent()
    const clock = createVirtualClock()
    const platform = await start({ gateway: { agents, runOutputUnits: 50_000_000, environment: { ...defaultEnvironment(), ...clock } } })
    const slow = await platform.connect(await platform.signIn('Ada'))
    const run = await begin(agents, slow)
    slow.socket.pause()
    for (let index = 0; index < 120; index += 1) {
      run.emit({ type: 'CUSTOM', name: 'bulk', value: 'x'.repeat(100_000) } as never)
      await clock.advance(1)
    }
    await clock.advance(61_000)
    await expect.poll(() => platform.gateway.stats().sockets).toBe(0)
    expect(platform.lines.some(({ fields }) => fields['code'] === 1013)).toBe(true)
  })

  it('[RS8] [U14] is bounded, costs the others nothing, and goes on exactly where it was', { timeout: 20_000 }, async () => {
    const agents = createScriptedAgent()
    const platform = await start({ gateway: { agents, runOutputUnits: 50_000_000 } })
    const streams: Socket[] = []
    platform.server.on('connection', (stream) => streams.push(stream))
    const [slowSession, fastSession] = [await platform.signIn('Ada'), await platform.signIn('Ada')]
    const slow = await platform.connect(slowSession)
    const run = await begin(agents, slow)
    const fast = await platform.connect(fastSession)
    fast.send({ type: 'subscribe', conversation: TALK })
    await fast.next('live')
    slow.socket.pause()
    const word = 'x'.repeat(100_000)
    for (let index = 0; index < 200; index += 1) run.emit({ type: 'CUSTOM', name: 'bulk', value: `${index} ${word}` } as never)
    run.write('the end')
    run.finish()
    await fast.next('event', ({ event }) => event.type === 'RUN_FINISHED')
    const waiting = Math.max(...streams.map((stream) => stream.writableLength))
    expect(waiting).toBeGreaterThan(100_000)
    // What waited at 1 MiB, and the one frame that went beyond.
    expect(waiting).toBeLessThan(1_048_576 + 200_000)
    slow.socket.resume()
    await slow.next('event', ({ event }) => event.type === 'RUN_FINISHED')
    expect(shownText(slow, 'message-1')).toBe('the end')
    expect(placed(slow).filter((frame) => frame.type === 'event' && frame.event.type === 'CUSTOM')).toHaveLength(200)
  })
})
