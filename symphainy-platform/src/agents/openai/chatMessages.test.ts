import { describe, expect, it } from 'vitest'
import type { AgentInput } from '@symphainy/gateway'
import { chatMessages } from './chatMessages.js'

type Message = AgentInput['messages'][number]
const asked = (text: string): Message => ({ role: 'user', id: 'x'.repeat(8), text, agent: { type: 'guide' }, createdAt: 0 })
const answered = (text: string): Message => ({ role: 'assistant', id: 'x'.repeat(8), text, agent: { type: 'guide' }, createdAt: 0, status: 'finished' })
const history = (...messages: Message[]): unknown[] => chatMessages({ agent: { type: 'guide' }, messages }, []).slice(1)

describe('chatMessages', () => {
  it('says so when the documentation has nothing', () => {
    expect(chatMessages({ agent: { type: 'guide' }, messages: [asked('Hi')] }, [])[0]?.content).toContain('has nothing that fits')
  })

  it('joins messages of one role that follow each other, for templates that refuse them', () => {
    expect(history(asked('One'), answered(''), asked('Two'))).toEqual([{ role: 'user', content: 'One\n\nTwo' }])
  })

  it('bounds the history by number and length, the newest kept, never beginning with an answer', () => {
    const many = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? asked(`q${i}`) : answered(`a${i}`)))
    const kept = history(...many, asked('last')) as { role: string; content: string }[]
    expect(kept.length).toBeLessThanOrEqual(20)
    expect(kept[0]?.role).toBe('user')
    expect(kept.at(-1)?.content).toBe('last')
    expect(history(asked('y'.repeat(30_000)), answered('a'), asked('last'))).toEqual([{ role: 'user', content: 'last' }])
  })

  it('always asks the question, however long it is', () => {
    expect(history(asked('y'.repeat(32_000)))).toHaveLength(1)
  })
})
