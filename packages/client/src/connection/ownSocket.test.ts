import { describe, expect, it } from 'vitest'
import { refuse, type VirtualPlatform } from '../testing.js'
import { connectedPage, type ConnectedPage } from '../testing/connectedPage.js'

/** The platform hears of our own close `afterMs` late: until then it says `in_use` to whoever asks `ifIdle`. */
function servesOnFor({ clock, platform }: ConnectedPage, afterMs: number): void {
  const until = clock.now() + afterMs
  platform.route('POST /api/auth/ws-ticket', (request) =>
    clock.now() < until && (request.body as { ifIdle?: boolean }).ifIdle ? refuse(409, 'in_use') : platform.answer(request),
  )
}

const asked = (platform: VirtualPlatform): number => platform.count('POST /api/auth/ws-ticket')

const PASSING: readonly (readonly [string, (page: ConnectedPage) => void])[] = [
  [
    'the last consumer leaves and another comes',
    ({ client }) => {
      // The page's own consumer is not handed out: it is overruled, and another stands in for it.
      client.connection.disconnect()
      client.connection.connect()
    },
  ],
  [
    'pagehide and pageshow',
    ({ tab }) => {
      tab.emit('pagehide')
      tab.emit('pageshow')
    },
  ],
  [
    'freeze and resume',
    ({ tab }) => {
      tab.emit('freeze')
      tab.emit('resume')
    },
  ],
  [
    'a client that is disposed and started again',
    ({ client }) => {
      client.dispose()
      client.start()
    },
  ],
]

describe('a socket of our own that the platform has not yet seen close', () => {
  it.each(PASSING)('[CN4] %s: `in_use` is asked about once more after a second, and is no other tab', async (_name, happens) => {
    const page = await connectedPage()
    servesOnFor(page, 500)
    happens(page)
    await page.clock.advance(990)
    expect(page.state()).not.toBe('yielded')
    await page.clock.advance(30)
    expect(page.state()).toBe('ready')
    expect(page.platform.liveSockets).toHaveLength(1)
  })

  it('[CN4] release() and retain() in one breath', async () => {
    const page = await connectedPage()
    const { clock, client, open } = page
    client.dispose()
    const { client: other } = open()
    const release = other.connection.retain()
    await clock.advance(50)
    expect(other.connection.getSnapshot().state).toBe('ready')
    servesOnFor(page, 500)
    release()
    other.connection.retain()
    await clock.advance(1_020)
    expect(other.connection.getSnapshot().state).toBe('ready')
  })

  it('[CN4] asks no third time: then it is another tab', async () => {
    const page = await connectedPage()
    servesOnFor(page, 5_000)
    page.client.connection.disconnect()
    page.client.connection.connect()
    await page.clock.advance(60_000)
    expect(page.state()).toBe('yielded')
    expect(asked(page.platform)).toBe(2)
  })

  it('[CN4] nobody looks at the page when the second is over: it asks when somebody does', async () => {
    const page = await connectedPage()
    servesOnFor(page, 500)
    page.client.connection.disconnect()
    page.client.connection.connect()
    await page.clock.advance(10)
    page.tab.hide()
    await page.clock.advance(60_000)
    expect(page.state()).toBe('paused')
    page.tab.show()
    await page.clock.advance(20)
    expect(page.state()).toBe('ready')
  })
})

describe('a page that yielded', () => {
  it.each(['visible', 'online', 'pageshow', 'resume'] as const)(
    '[CN8] comes back by itself on %s when the other tab is gone, having asked once',
    async (event) => {
      const first = await connectedPage()
      const second = first.open()
      second.client.connection.retain()
      await first.clock.advance(1_500)
      expect(second.client.connection.getSnapshot().state).toBe('yielded')
      const before = asked(first.platform)
      second.tab.emit(event)
      await first.clock.advance(60_000)
      expect(second.client.connection.getSnapshot()).toMatchObject({ state: 'yielded', label: 'In use in another tab' })
      expect(asked(first.platform)).toBe(before + 1)
      expect(first.state()).toBe('ready')
      first.client.dispose()
      second.tab.emit(event)
      await first.clock.advance(20)
      expect(second.client.connection.getSnapshot()).toMatchObject({ state: 'ready', label: 'Connected' })
    },
  )

  it('[CN8] asks nothing while nobody looks at it', async () => {
    const first = await connectedPage()
    const second = first.open()
    second.client.connection.retain()
    await first.clock.advance(1_500)
    const before = asked(first.platform)
    second.tab.hide()
    second.tab.emit('online')
    await first.clock.advance(1_000)
    expect(asked(first.platform)).toBe(before)
  })
})
