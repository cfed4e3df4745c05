import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { button, expectAnswered, expectStatus, log, say } from './harness/app.js'
import { startModelServer, type ModelServer } from './harness/modelServer.js'
import { openSite } from './harness/site.js'

describe('with a model behind the agents', () => {
  let model: ModelServer
  const env: Record<string, string> = { OPENAI_API_KEY: 'canary-key-4711', OPENAI_MODEL: 'test', LOG_LEVEL: 'debug' }

  beforeAll(async () => {
    model = await startModelServer()
    env['OPENAI_BASE_URL'] = model.baseUrl
  })

  // Registered after ours, so that the platform starts when the model's address is known.
  const site = openSite('chromium', { env })

  afterAll(() => model.close())

  it('[U11] Stop reaches the model, and the answer shows as stopped', async () => {
    const { page } = await site.visitConnected()
    const before = model.aborted()
    await say(page, 'Count to a million')
    await expect.poll(() => model.open()).toBe(1)
    model.write('One, two, ')
    await expect.poll(() => log(page).textContent()).toContain('One, two,')
    await button(page, 'Stop').click()
    await expect.poll(() => log(page).locator('[data-status="cancelled"]').count()).toBe(1)
    await expect.poll(() => model.aborted()).toBe(before + 1)
    expect(await log(page).textContent()).toContain('Stopped')
    await expect.poll(() => button(page, 'Stop').count()).toBe(0)
  })

  it('[Markdown bomb] an answer that no parser can take leaves the panel whole, also after a reload', async () => {
    const { page } = await site.visitConnected()
    await say(page, 'Quote a quote of a quote')
    await expect.poll(() => model.open()).toBe(1)
    for (let part = 0; part < 10; part++) model.write('> '.repeat(1000))
    model.write('*a_'.repeat(5000))
    model.finish()
    await expectAnswered(page, 1)
    await page.reload()
    await expectStatus(page, 'Connected')
    await say(page, 'And now?')
    await expect.poll(() => model.open()).toBe(1)
    model.write('All is well.')
    model.finish()
    await expect.poll(() => log(page).textContent()).toContain('All is well.')
  })

  it('[U10] a reload in the middle of an answer shows the same text, once', async () => {
    const { page } = await site.visitConnected()
    await say(page, 'Tell it slowly')
    await expect.poll(() => model.open()).toBe(1)
    model.write('First half. ')
    await expect.poll(() => log(page).textContent()).toContain('First half.')
    await page.reload()
    await expectStatus(page, 'Connected')
    model.write('Second half.')
    model.finish()
    const list = page.getByRole('list', { name: 'Conversations' }).getByRole('button', { name: /^Tell it slowly/ })
    await expect.poll(() => list.count()).toBe(1)
    if ((await log(page).getByText('Tell it slowly', { exact: true }).count()) === 0) await list.first().click()
    const text = (await (await expectAnswered(page, 1)).textContent()) ?? ''
    expect(text).toContain('First half. Second half.')
    expect(text.split('First half.')).toHaveLength(2)
  })

  it('[connection lost] in the middle of an answer: the rest arrives, nothing doubled', async () => {
    const { page } = await site.visitConnected()
    await say(page, 'Through a tunnel')
    await expect.poll(() => model.open()).toBe(1)
    model.write('Before the tunnel, ')
    await expect.poll(() => log(page).textContent()).toContain('Before the tunnel,')
    await site.network.set({ kind: 'refuse' })
    await expectStatus(page, 'Reconnecting')
    model.write('in the tunnel, ')
    await site.network.heal()
    await expectStatus(page, 'Connected')
    model.write('after the tunnel.')
    model.finish()
    const text = (await (await expectAnswered(page, 1)).textContent()) ?? ''
    expect(text).toContain('Before the tunnel, in the tunnel, after the tunnel.')
  })

  it('[Markdown] [UI4] of a model is rendered safely: no script, no javascript: link, code with a copy button', async () => {
    const { page } = await site.visitConnected()
    await say(page, 'Show me some Markdown')
    await expect.poll(() => model.open()).toBe(1)
    model.write(
      '# Title\n\n**bold** <img src=x onerror="window.pwned=1"><script>window.pwned=1</script> [bad](javascript:window.pwned=1) [good](https://example.com)\n\n```js\nconst a = 1\n```\n',
    )
    model.finish()
    const answer = await expectAnswered(page, 1)
    expect(await answer.locator('strong', { hasText: 'bold' }).count()).toBe(1)
    expect(await answer.locator('script, img[onerror], a[href^="javascript:"]').count()).toBe(0)
    expect(await answer.locator('pre code').textContent()).toContain('const a = 1')
    expect(await answer.getByRole('button', { name: /copy/i }).count()).toBe(1)
    expect(await answer.getByRole('link', { name: 'good', exact: true }).getAttribute('rel')).toMatch(/noopener/)
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
  })

  it('[L12] neither the key of the model nor a session credential is in the log', async () => {
    const { page, session } = await site.visitConnected()
    await say(page, 'Is anything leaking?')
    await expect.poll(() => model.open()).toBe(1)
    model.finish()
    const credential = /symphainy_session=([^;]+)/.exec(session.cookie)?.[1] ?? ''
    expect(credential.length).toBeGreaterThan(20)
    const output = site.platform.output()
    expect(output.length).toBeGreaterThan(100)
    expect(output).not.toContain(credential)
    expect(output).not.toContain('canary-key-4711')
    expect(output).not.toContain(session.person.password)
    expect(output).not.toMatch(/ticket\.[A-Za-z0-9_-]{20}/)
  })
})
