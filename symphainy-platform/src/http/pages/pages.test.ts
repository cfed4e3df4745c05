import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestPlatform, type TestPlatform } from '../../fixtures/testPlatform.js'
import { renderKnowledgePage } from './knowledgePage.js'

const folder = mkdtempSync(join(tmpdir(), 'symphainy-pages-'))
let test: TestPlatform

beforeAll(async () => {
  mkdirSync(join(folder, 'web/assets'), { recursive: true })
  mkdirSync(join(folder, 'knowledge/operations'), { recursive: true })
  writeFileSync(join(folder, 'web/index.html'), '<!doctype html><title>The app</title>')
  writeFileSync(join(folder, 'web/assets/app-4f2a.js'), 'export {}')
  writeFileSync(join(folder, 'web/assets/app-4f2a.js.gz'), gzipSync('export {}'))
  writeFileSync(join(folder, 'web/.secret'), 'hidden')
  writeFileSync(join(folder, 'outside.md'), '# Outside')
  writeFileSync(join(folder, 'knowledge/.hidden.md'), '# Hidden')
  writeFileSync(
    join(folder, 'knowledge/operations/backup.md'),
    '# Back up\n\n## Every *night*\n\nText <script>alert(1)</script> see [restore](restore.md#steps).',
  )
  test = await startTestPlatform({ WEB_DIR: join(folder, 'web'), KNOWLEDGE_DIR: join(folder, 'knowledge') })
})
afterAll(async () => {
  await test.close()
  rmSync(folder, { recursive: true })
})

const get = (url: string, headers: Record<string, string> = { accept: 'text/html' }) => test.platform.http.inject({ url, headers })

describe('the web app', () => {
  it('is the answer to every address that is a page of it', async () => {
    for (const url of ['/', '/login?next=%2Fcontent', '/content', '/a/deep/page']) {
      const response = await get(url)
      expect([url, response.statusCode, response.headers['cache-control']]).toEqual([url, 200, 'no-cache'])
      expect(response.body).toContain('The app')
    }
  })

  it('is no answer to calls, files and rubbish', async () => {
    for (const url of [
      '/api',
      '/api/unknown',
      '/api/auth/unknown',
      '/assets/gone.js',
      '/assets/',
      '/favicon.ico',
      '/.secret',
      '/..%2foutside.md',
      '/assets/..%2f..%2foutside.md',
      '/metrics',
    ]) {
      const response = await get(url)
      expect([url, response.statusCode >= 400 && response.statusCode < 500]).toEqual([url, true])
      expect(response.body).not.toMatch(/The app|hidden|Outside/)
    }
    expect((await test.platform.http.inject({ method: 'POST', url: '/login', headers: { origin: test.origin } })).statusCode).toBe(404)
  })

  it('what is named by its content is kept for ever, and sent compressed', async () => {
    const plain = await get('/assets/app-4f2a.js')
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    const packed = await get('/assets/app-4f2a.js', { 'accept-encoding': 'gzip' })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(packed.headers['content-type']).toMatch(/javascript/)
    expect(packed.headers['cache-control']).toContain('immutable')
  })

  it('[T12] comes with a policy that runs no script from elsewhere or from within a page', async () => {
    for (const url of ['/', '/assets/app-4f2a.js', '/api/auth/session', '/api/unknown', '/knowledge']) {
      const policy = String((await get(url)).headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("worker-src 'self'")
      expect(policy).toMatch(/connect-src 'self' ws:/)
      expect(policy).not.toMatch(/unsafe|\*\.|https?:/)
      expect((await get(url)).headers['x-content-type-options']).toBe('nosniff')
    }
  })
})

describe('knowledge pages', () => {
  it('an operator’s own are for those who are signed in', async () => {
    const response = await get('/knowledge/operations/backup')
    expect([response.statusCode, response.headers['location']]).toEqual([302, '/login?next=%2Fknowledge%2Foperations%2Fbackup'])
  })

  it('are shown with anchors, links without an ending, and HTML as text', async () => {
    const ada = test.visitor()
    await ada.register()
    const page = await ada.call('GET', '/knowledge/operations/backup')
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.body).toContain('<h2 id="every-night">Every <em>night</em></h2>')
    expect(page.body).toContain('<a href="restore#steps">restore</a>')
    expect(page.body).not.toContain('<script')
    expect((await ada.call('GET', '/knowledge')).body).toContain('<a href="/knowledge/operations/backup">Back up</a>')
    expect((await get('/knowledge/page.css')).headers['content-type']).toContain('text/css')
  })

  it('lead nowhere else', async () => {
    const ada = test.visitor()
    await ada.register()
    for (const path of [
      'unknown',
      '.hidden',
      '..%2foutside',
      'operations',
      'operations/',
      'operations/backup.md',
      'x'.repeat(400),
      'operations%5cbackup',
      'a%00b',
    ]) {
      const response = await ada.call('GET', `/knowledge/${path}`)
      expect([path, response.statusCode]).toEqual([path, 404])
    }
    // The way up is resolved before it arrives: then it is an address of the app.
    for (const path of ['../outside', '%2e%2e/outside']) expect((await ada.call('GET', `/knowledge/${path}`)).body).not.toContain('Outside')
  })

  it('links that are no addresses of pages are only words', () => {
    const html = renderKnowledgePage(
      '[a](javascript:alert(1)) [b](data:text/html,x) [c](//evil.example) [d](https://good.example) ![e](x" onerror="y) <a href="javascript:1">f</a>',
      { title: '"><script>' },
    )
    expect(html).not.toMatch(/javascript:alert|data:text|href="\/\/|<img|<script/)
    expect(html).toContain('<a href="https://good.example" rel="noopener noreferrer">d</a>')
  })
})
