import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Document, EdgeDocuments } from './edgeFindings.js'
import { renderTemplate } from './goTemplate.js'

const root = new URL('../../../', import.meta.url)

/** A file of the repository, by its path from the root. */
export function repositoryFile(path: string): string {
  return readFileSync(new URL(path, root), 'utf8')
}

/** The edge's three files, read as Traefik reads them with these variables. */
export function edgeDocuments(environment: Readonly<Record<string, string>>): EdgeDocuments {
  const folder = 'symphainy-platform/traefik-config'
  const dynamic = (name: string): EdgeDocuments['http'] =>
    (parse(renderTemplate(repositoryFile(`${folder}/${name}`), environment)) as { http: EdgeDocuments['http'] }).http
  return {
    static: parse(repositoryFile(`${folder}/traefik.yml`)) as Document,
    http: { ...dynamic('middlewares.yml'), ...dynamic('routers.yml') },
  }
}
