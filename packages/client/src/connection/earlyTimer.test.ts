import { expect, it } from 'vitest'
import { createClient } from '../createClient.js'
import type { Timer } from '../environment/environment.js'
import { VirtualBrowser, VirtualClock, VirtualPlatform } from '../testing.js'
import { connectedPage } from '../testing/connectedPage.js'

/** Timers as browsers have them: whole milliseconds, cut off, so that they fire a part of one early. */
class CoarseClock extends VirtualClock {
  override setTimer(callback: () => void, delayMs: number): Timer {
    return super.setTimer(callback, Math.max(1, Math.trunc(delayMs)))
  }
}

it('[CN7] a timer that fires a part of a millisecond early is set anew: the retry is not forgotten', async () => {
  const clock = new CoarseClock()
  const platform = new VirtualPlatform(clock)
  const tab = new VirtualBrowser({ clock, network: platform }).tab()
  tab.environment.random = () => 1 / 3
  const client = createClient({ environment: tab.environment })
  client.start()
  client.connection.retain()
  void client.auth.login({ email: 'ada@example.com', password: 'correct horse' })
  await clock.advance(100)
  for (let loss = 1; loss <= 5; loss += 1) {
    expect(client.connection.getSnapshot().state).toBe('ready')
    platform.sockets.at(-1)?.drop(1006)
    await clock.advance(20_000)
  }
  expect(client.connection.getSnapshot().state).toBe('ready')
})

it('[AU3] a validation that is to be tried again is tried again, however early its timer fires', async () => {
  const clock = new CoarseClock()
  const platform = new VirtualPlatform(clock)
  const browser = new VirtualBrowser({ clock, network: platform })
  const first = createClient({ environment: browser.tab().environment })
  first.start()
  void first.auth.login({ email: 'ada@example.com', password: 'correct horse' })
  await clock.advance(100)
  first.dispose()
  platform.network = 'down'
  const tab = browser.tab()
  tab.environment.random = () => 1 / 3
  const client = createClient({ environment: tab.environment })
  client.start()
  await clock.advance(30_000)
  expect(client.auth.getSnapshot().state).toBe('unreachable')
  platform.network = 'up'
  await clock.advance(60_000)
  expect(client.auth.getSnapshot().state).toBe('authenticated')
})

it('[CN7] a platform that spreads nobody is tried again at once, also when a timer told of the loss', async () => {
  const { clock, platform, socket, state } = await connectedPage()
  socket().deliver({ type: 'goaway', reason: 'restart', retryAfterMs: 0 })
  platform.cutSockets()
  await clock.advance(28_100)
  expect(platform.sockets).toHaveLength(2)
  expect(state()).toBe('ready')
})
