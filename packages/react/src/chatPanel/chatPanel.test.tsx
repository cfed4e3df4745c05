// @vitest-environment happy-dom
import { createClient } from '@symphainy/client'
import { VirtualBrowser, VirtualClock, VirtualPlatform, type VirtualSocket } from '@symphainy/client/testing'
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AuthProvider } from '../auth/authProvider.js'
import { ChatPanel } from './chatPanel.js'
import type { ChatPanelProps, Drafts } from './chatPanelApi.js'

/** A platform that takes every message, and answers what the test writes. */
class Talk {
  readonly #platform: VirtualPlatform
  readonly #offsets = new Map<string, number>()
  /** Code and words with which messages are refused, instead of taken. */
  refusal: { code: string; message: string } | null = null
  /** The run that goes on: where, and whose. */
  run = { id: '', conversation: '' }

  constructor(platform: VirtualPlatform) {
    this.#platform = platform
    platform.onFrame = (socket, frame) => {
      if (frame.type === 'subscribe') {
        socket.deliver({ type: 'snapshot', ...this.#place(frame.conversation, 0), messages: [] }, { type: 'live', ...this.#place(frame.conversation, 0) })
      } else if (frame.type === 'message' && this.refusal !== null) socket.deliver({ type: 'nack', id: frame.id, ...this.refusal })
      else if (frame.type === 'message') {
        const { id, conversation, agent, text, retryOf } = frame
        this.run = { id, conversation }
        const message = { role: 'user', id, text, agent, createdAt: 1 }
        if (retryOf === undefined) socket.deliver({ type: 'entry', ...this.#place(conversation), message })
        socket.deliver({ type: 'ack', id, ...this.#place(conversation, 0) })
        const answeredBy = { kind: 'search', label: 'Documentation search, no AI model' }
        const parent = retryOf === undefined ? {} : { parentRunId: retryOf }
        this.tell({ type: 'RUN_STARTED', threadId: conversation, runId: id, timestamp: 2, ...parent, metadata: { symphainy: { agent, answeredBy } } })
      } else if (frame.type === 'cancel') this.finish({ outcome: { type: 'cancelled' } })
    }
  }

  get socket(): VirtualSocket {
    return this.#platform.sockets.at(-1) as VirtualSocket
  }

  write(delta: string): void {
    this.tell({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta })
  }

  finish(fields: object = {}): void {
    this.tell({ type: 'RUN_FINISHED', threadId: this.run.conversation, runId: this.run.id, ...fields })
  }

  tell(event: object): void {
    this.socket.deliver({ type: 'event', ...this.#place(this.run.conversation), run: this.run.id, event })
  }

  #place(conversation: string, step = 1): { conversation: string; epoch: string; offset: number } {
    const offset = (this.#offsets.get(conversation) ?? 0) + step
    this.#offsets.set(conversation, offset)
    return { conversation, epoch: 'e1', offset }
  }
}

interface Shown {
  platform: VirtualPlatform
  talk: Talk
  pass: (ms?: number) => Promise<void>
  unmount: () => void
  /** Types and presses Enter. */
  say: (text: string) => Promise<void>
}

/** The panel of somebody who is signed in and connected. */
async function show(props: ChatPanelProps = {}): Promise<Shown> {
  const clock = new VirtualClock()
  const platform = new VirtualPlatform(clock)
  const talk = new Talk(platform)
  const client = createClient({ environment: new VirtualBrowser({ clock, network: platform }).tab().environment })
  const pass = (ms = 50): Promise<void> => act(() => clock.advance(ms))
  client.start()
  void client.auth.login({ email: 'ada@example.com', password: 'correct horse' })
  await pass()
  const { unmount } = render(
    <AuthProvider client={client}>
      <ChatPanel {...props} />
    </AuthProvider>,
  )
  await pass()
  const say = async (text: string): Promise<void> => {
    type(text)
    fireEvent.keyDown(field(), { key: 'Enter' })
    await pass()
  }
  return { platform, talk, pass, unmount, say }
}

const field = (): HTMLTextAreaElement => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' })
const log = (): HTMLElement => screen.getByRole('log', { name: 'Conversation' })
const button = (name: string): HTMLElement => screen.getByRole('button', { name })
const type = (value: string): boolean => fireEvent.change(field(), { target: { value } })
const sent = (talk: Talk, kind: string): unknown[] => talk.socket.received.filter((frame) => frame.type === kind)
const announcer = (): HTMLElement => document.querySelector('[aria-live="polite"]') as HTMLElement

afterEach(cleanup)

describe('names and roles', () => {
  it('the panel has those that the product promises', async () => {
    await show()
    const panel = within(screen.getByRole('region', { name: 'Chat' }))
    expect(panel.getByRole('log', { name: 'Conversation' }).textContent).toBe('Ask something to begin.')
    expect(panel.getByRole('list', { name: 'Conversations' })).toBeTruthy()
    expect(panel.getByRole('button', { name: 'New conversation' })).toBeTruthy()
    expect(panel.getByRole('button', { name: 'Send' })).toHaveProperty('disabled', true)
    expect(panel.queryByRole('button', { name: 'Stop' })).toBeNull()
    const agents = within(panel.getByRole('combobox', { name: 'Agent' })).getAllByRole('option')
    expect(agents.map((option) => option.textContent)).toEqual(['Guide', 'Content', 'Insights', 'Operations', 'Business outcomes'])
  })

  it('the agent that is chosen gets the next message', async () => {
    const { talk, say } = await show()
    fireEvent.change(screen.getByRole('combobox', { name: 'Agent' }), { target: { value: 'liaison:insights' } })
    await say('What changed?')
    expect(sent(talk, 'message')).toMatchObject([{ agent: { type: 'liaison', pillar: 'insights' } }])
  })
})

describe('writing', () => {
  it('Enter sends, Shift+Enter and an input method’s Enter do not, and nothing blank is sent', async () => {
    const { talk, pass } = await show()
    type('one')
    fireEvent.keyDown(field(), { key: 'Enter', shiftKey: true })
    fireEvent.keyDown(field(), { key: 'Enter', isComposing: true })
    expect(sent(talk, 'message')).toEqual([])
    fireEvent.keyDown(field(), { key: 'Enter' })
    expect(field().value).toBe('')
    type(' \n ')
    fireEvent.keyDown(field(), { key: 'Enter' })
    await pass()
    expect(sent(talk, 'message')).toMatchObject([{ text: 'one' }])
  })

  it('the button sends too, and shows what was sent', async () => {
    await show()
    type('By the button')
    fireEvent.click(button('Send'))
    expect(within(log()).getByText('By the button')).toBeTruthy()
  })

  it('[FR2] what is too long is refused in words and stays in the field', async () => {
    const { talk, say } = await show()
    await say('x'.repeat(32_769))
    expect(screen.getByRole('alert').textContent).toMatch(/too long/)
    expect(field().value).toHaveLength(32_769)
    expect(sent(talk, 'message')).toEqual([])
  })

  it('[UI4] HTML of a person is shown as text, and is no Markdown either', async () => {
    const renderText = vi.fn((text: string) => text)
    const { talk, pass, say } = await show({ renderText })
    const text = '<img src=x onerror="window.pwned=1"> **bold** [x](javascript:alert(1))'
    await say(text)
    expect(within(log()).getByText(text).children).toHaveLength(0)
    expect(log().querySelector('img, a')).toBeNull()
    act(() => talk.write('an answer'))
    await pass()
    expect(renderText.mock.calls.map(([rendered]) => rendered)).not.toContain(text)
  })

  it('[UI7] a draft comes back with the panel, and goes when it is sent', async () => {
    const kept = new Map<string, string>()
    const drafts: Drafts = { load: (key) => kept.get(key) ?? '', save: (key, text) => void (text === '' ? kept.delete(key) : kept.set(key, text)) }
    const first = await show({ drafts })
    type('half a thought')
    first.unmount()
    const { say } = await show({ drafts })
    expect(field().value).toBe('half a thought')
    await say('half a thought, and its other half')
    expect(kept.size).toBe(0)
  })
})

describe('what becomes of a message', () => {
  it('[RS3] waits while there is no connection, and says so; goes when there is one', async () => {
    const { platform, talk, pass, say } = await show()
    platform.network = 'down'
    act(() => talk.socket.drop(1006))
    await pass()
    await say('Into the void')
    expect(within(log()).getByText('Waiting')).toBeTruthy()
    expect(screen.getByText('Offline, your message will be sent')).toBeTruthy()
    platform.network = 'up'
    await pass(20_000)
    expect(screen.queryByText('Waiting')).toBeNull()
    expect(screen.queryByText('Offline, your message will be sent')).toBeNull()
    expect(sent(talk, 'message')).toMatchObject([{ text: 'Into the void' }])
  })

  it('[RS3] one that is refused says why; "Try again" sends it with the same id, "Discard" takes it away', async () => {
    const { talk, pass, say } = await show()
    talk.refusal = { code: 'quota_exceeded', message: 'Enough for today.' }
    await say('Once more')
    expect(log().textContent).toContain('Enough for today.')
    fireEvent.click(button('Try again'))
    await pass()
    const ids = talk.socket.received.flatMap((frame) => (frame.type === 'message' ? [frame.id] : []))
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
    fireEvent.click(button('Discard'))
    await pass()
    expect(within(log()).queryByText('Once more')).toBeNull()
  })

  it('[TB6] taken over by another tab: says so, and "Use here" takes it back', async () => {
    const { platform, talk, pass } = await show()
    act(() => talk.socket.drop(4409))
    await pass()
    expect(screen.getByText('In use in another tab')).toBeTruthy()
    expect(platform.liveSockets).toHaveLength(0)
    fireEvent.click(button('Use here'))
    await pass()
    expect(screen.queryByText('In use in another tab')).toBeNull()
    expect(platform.liveSockets).toHaveLength(1)
  })
})

describe('an answer', () => {
  it('[UI5] says who answers and with what, from its first word on', async () => {
    const { talk, pass, say } = await show()
    await say('hello')
    act(() => talk.write('Hi'))
    await pass()
    const answer = within(log()).getByText('Hi').closest('article') as HTMLElement
    expect(within(answer).getByText('Guide')).toBeTruthy()
    expect(within(answer).getByText('Documentation search, no AI model')).toBeTruthy()
    expect(answer.getAttribute('aria-busy')).toBe('true')
  })

  it.each([
    ['the button', () => fireEvent.click(button('Stop'))],
    ['Escape', () => fireEvent.keyDown(field(), { key: 'Escape' })],
  ])('[RS5] Stop by %s reaches the platform, and the answer shows as stopped', async (_, stop) => {
    const { talk, pass, say } = await show()
    await say('count')
    act(() => talk.write('one, two'))
    await pass()
    stop()
    await pass()
    expect(sent(talk, 'cancel')).toEqual([{ type: 'cancel', run: talk.run.id }])
    expect(within(log()).getByText('Stopped')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull()
  })

  it('[RS5] one that failed says why, and "Try again" asks no second question', async () => {
    const { talk, pass, say } = await show()
    await say('hello')
    const failed = talk.run.id
    act(() => talk.tell({ type: 'RUN_ERROR', code: 'interrupted', message: 'The answer was interrupted.' }))
    await pass()
    expect(log().textContent).toContain('The answer was interrupted.')
    fireEvent.click(button('Try again'))
    await pass()
    expect(sent(talk, 'message')).toMatchObject([{ text: 'hello' }, { text: '', retryOf: failed }])
    act(() => talk.write('Now it works'))
    act(() => talk.finish())
    await pass()
    expect(within(log()).getAllByText('hello')).toHaveLength(1)
    expect(within(log()).getByText('Now it works')).toBeTruthy()
    expect(within(log()).queryByText('The answer was interrupted.')).toBeNull()
  })

  it('[UI6] is announced once, when it has ended, in plain words, and never token by token', async () => {
    const { talk, pass, say } = await show()
    const spoken: string[] = []
    const listening = new MutationObserver(() => spoken.push(announcer().textContent))
    listening.observe(announcer(), { subtree: true, childList: true, characterData: true })
    await say('hello')
    for (const token of ['To **be**', ' or', ' not', ' to', ' be']) {
      act(() => talk.write(token))
      await pass()
    }
    expect(log().textContent).toContain('To **be** or not to be')
    expect(spoken).toEqual([])
    act(() => talk.finish())
    await pass()
    await pass()
    listening.disconnect()
    expect(spoken).toEqual(['Guide: To be or not to be'])
    expect(log().getAttribute('aria-live')).toBe('off')
  })
})
