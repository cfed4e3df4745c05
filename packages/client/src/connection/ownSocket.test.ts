import { describe, expect, it } from 'vitest'
import { refuse, type VirtualPlatform, type VirtualTab } from '../testing.js'
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

describe('two tabs', () => {
  /** Both signed in; the second took over, so that the first yielded by 4409. */
  async function twoTabs(): Promise<ConnectedPage & { second: ReturnType<ConnectedPage['open']> }> {
    const page = await connectedPage()
    const second = page.open()
    second.client.connection.retain()
    await page.clock.advance(1_500)
    second.client.connection.connect()
    await page.clock.advance(20)
    expect(page.client.connection.getSnapshot()).toMatchObject({ state: 'yielded', error: { code: 4409 } })
    return { ...page, second }
  }

  it('[CN8] a new consumer of the tab that yielded takes nothing over, nor does one that came after the last had left', async () => {
    const { clock, platform, client, second, state } = await twoTabs()
    const { length } = platform.sockets
    client.connection.retain()()
    client.connection.retain()
    await clock.advance(5_000)
    expect(state()).toBe('yielded')
    client.connection.disconnect()
    expect(state()).toBe('idle')
    // Nothing says any more that it is in use elsewhere, so this is a wish and no taking over.
    client.connection.connect()
    await clock.advance(5_000)
    expect(state()).toBe('yielded')
    expect(second.client.connection.getSnapshot().state).toBe('ready')
    expect(platform.sockets).toHaveLength(length)
  })

  it('[CN8] never fight: whatever pages, networks and consumers do, only a person moves the session, and each move is one socket', async () => {
    const { clock, platform, tab, client, second } = await twoTabs()
    const { length } = platform.sockets
    const tabs: { tab: VirtualTab; client: typeof client }[] = [{ tab, client }, second]
    for (let round = 0; round < 20; round += 1) {
      for (const one of tabs) {
        one.tab.hide()
        one.tab.show()
        one.tab.emit('online')
        one.tab.emit('resume')
        one.client.connection.retain()()
        await clock.advance(10_000)
      }
    }
    expect(platform.sockets).toHaveLength(length)
    expect(second.client.connection.getSnapshot().state).toBe('ready')
    expect(client.connection.getSnapshot().state).toBe('yielded')
    for (const one of [client, second.client, client]) {
      one.connection.connect()
      await clock.advance(600_000)
      expect(one.connection.getSnapshot().state).toBe('ready')
    }
    expect(platform.sockets).toHaveLength(length + 3)
    expect(platform.liveSockets).toHaveLength(1)
  })

  it('[CN8] both lose the network at once: one of them is served in the end, and it stays so', async () => {
    const { clock, platform, tab, client, second } = await twoTabs()
    platform.cutSockets()
    platform.network = 'down'
    await clock.advance(40_000)
    platform.network = 'up'
    tab.emit('online')
    second.tab.emit('online')
    await clock.advance(120_000)
    const { length } = platform.sockets
    const states = (): string[] => [client, second.client].map(({ connection }) => connection.getSnapshot().state).sort()
    expect(states()).toEqual(['ready', 'yielded'])
    await clock.advance(3_600_000)
    expect(states()).toEqual(['ready', 'yielded'])
    expect(platform.sockets).toHaveLength(length)
  })
})
