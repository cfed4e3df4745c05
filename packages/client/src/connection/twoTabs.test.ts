import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { VirtualTab } from '../testing.js'
import { connectedPage, type ConnectedPage } from '../testing/connectedPage.js'

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

describe('two tabs', () => {
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

  it('[TB3] a page that was away takes nothing back, though it had lost its socket just before', async () => {
    const { clock, tab, client, platform, second } = await twoTabs()
    client.connection.connect()
    await clock.advance(20)
    platform.liveSockets.forEach((socket) => socket.drop(1006))
    tab.emit('pagehide')
    second.tab.emit('visible')
    await clock.advance(20)
    expect(second.client.connection.getSnapshot().state).toBe('ready')
    tab.emit('pageshow')
    await clock.advance(2_000)
    expect(client.connection.getSnapshot().state).toBe('yielded')
    expect(second.client.connection.getSnapshot().state).toBe('ready')
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

  /** What happens to pages, sockets and networks; nothing of it is a person who says "Use here". */
  const step = fc.tuple(
    fc.nat(1),
    fc.oneof(
      fc.constantFrom('hide', 'show', 'goOffline', 'goOnline', 'remount', 'down', 'up', 'cut'),
      fc.constantFrom('pagehide', 'pageshow', 'freeze', 'resume'),
      fc.constantFrom(1001, 1006, 1011, 1012, 1013),
    ),
    fc.nat(20_000),
  )

  it('[CN8] [TB6] any faults in any order: when they are over one tab is served, and no page moves the session again', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (story) => {
        const { clock, platform, tab, client, second } = await twoTabs()
        const tabs: { tab: VirtualTab; client: typeof client }[] = [{ tab, client }, second]
        for (const [index, what, pauseMs] of story) {
          const one = tabs[index] as (typeof tabs)[number]
          if (typeof what === 'number') platform.liveSockets.forEach((socket) => socket.drop(what))
          else if (what === 'down' || what === 'up') platform.network = what
          else if (what === 'cut') platform.cutSockets()
          else if (what === 'remount') one.client.connection.retain()()
          else if (what === 'hide' || what === 'show' || what === 'goOffline' || what === 'goOnline') one.tab[what]()
          else one.tab.emit(what)
          await clock.advance(pauseMs)
        }
        platform.network = 'up'
        const look = async (): Promise<void> => {
          for (const one of tabs) {
            one.tab.goOnline()
            one.tab.show()
            one.tab.emit('pageshow')
          }
          await clock.advance(120_000)
        }
        await look()
        await look()
        const { length } = platform.sockets
        const states = tabs.map((one) => one.client.connection.getSnapshot().state)
        expect([...states].sort()).toEqual(['ready', 'yielded'])
        for (let i = 0; i < 5; i += 1) await look()
        expect(tabs.map((one) => one.client.connection.getSnapshot().state)).toEqual(states)
        expect(platform.sockets).toHaveLength(length)
      }),
      { numRuns: 100 },
    )
  })
})
