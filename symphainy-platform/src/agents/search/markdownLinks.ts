import { posix } from 'node:path'
import { knowledgeHref } from './headingAnchor.js'

const LINK = /(!?)\[([^\]]*)\]\(\s*<?([^)\s>]*)>?(?:\s+"[^"]*")?\s*\)/g

/**
 * Makes the links of a page's text work where the text is quoted: a link to another page (`../operations/limits.md#x`)
 * becomes its address under `/knowledge`, http(s) links stay, anything else keeps its words only, and images go.
 *
 * @param path the page's path under the knowledge folder, without `.md`
 */
export function resolveLinks(markdown: string, path: string): string {
  return markdown.replace(LINK, (_, image: string, words: string, target: string) => {
    if (image !== '') return words
    if (/^https?:\/\//i.test(target)) return `[${words}](${target})`
    const [file = '', anchor] = target.split('#')
    if (file === '') return anchor === undefined || anchor === '' ? words : `[${words}](${knowledgeHref(path, anchor)})`
    if (!file.endsWith('.md') || file.startsWith('/')) return words
    const resolved = posix.join(posix.dirname(path), file.slice(0, -'.md'.length))
    return resolved.startsWith('..') ? words : `[${words}](${knowledgeHref(resolved, anchor)})`
  })
}
