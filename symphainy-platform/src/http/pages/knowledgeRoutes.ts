import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { knowledgeHref } from '../../agents/index.js'
import { PAGE_CSS, renderKnowledgeIndex, renderKnowledgePage, titleOfPage } from './knowledgePage.js'

/** The pages that the documentation search cites. */
export interface KnowledgeOptions {
  folder: string
  /** Whether this request may read them; the built-in pages are for everyone, an operator's own are not. */
  mayRead: (request: FastifyRequest) => Promise<boolean>
}

export function knowledgeRoutes(app: FastifyInstance, { folder, mayRead }: KnowledgeOptions): void {
  const page = async (request: FastifyRequest, reply: FastifyReply, render: () => Promise<string | null>): Promise<FastifyReply> => {
    if (!(await mayRead(request))) return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`)
    const html = await render()
    if (html === null) {
      reply.callNotFound()
      return reply
    }
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html)
  }

  app.get('/knowledge/page.css', (_, reply) => reply.header('cache-control', 'public, max-age=3600').type('text/css; charset=utf-8').send(PAGE_CSS))
  app.get('/knowledge', (request, reply) => page(request, reply, async () => renderKnowledgeIndex(await listPages(folder))))
  app.get<{ Params: { '*': string } }>('/knowledge/*', (request, reply) =>
    page(request, reply, async () => {
      const path = request.params['*']
      const markdown = await readPage(folder, path)
      return markdown === null ? null : renderKnowledgePage(markdown, { title: titleOfPage(markdown, path) })
    }),
  )
}

/** Null: there is no such page, or the path would lead out of the folder or to a hidden file. */
async function readPage(folder: string, path: string): Promise<string | null> {
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part.startsWith('.') || /[\\\0:]/.test(part))) return null
  try {
    return await readFile(`${join(folder, ...parts)}.md`, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

async function listPages(folder: string): Promise<{ title: string; href: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1, -'.md'.length)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !path.split('/').some((part) => part.startsWith('.')))
    .toSorted()
  return Promise.all(paths.map(async (path) => ({ title: titleOfPage(await readFile(join(folder, `${path}.md`), 'utf8'), path), href: knowledgeHref(path) })))
}
