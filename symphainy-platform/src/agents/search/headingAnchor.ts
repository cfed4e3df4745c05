/** Inline Markdown that a reader does not see: links keep their words, code and emphasis lose their marks. */
function visibleText(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*~]/g, '')
    .replace(/(^|\s)_+([^_]+)_+(?=\s|$)/g, '$1$2')
    .replace(/<[^>]*>/g, '')
}

/**
 * The fragment by which a heading of a knowledge page is linked: `## Change the port` is `change-the-port`.
 * Search results and the rendered pages must agree on it, so both call this function, for all headings of a page from
 * the top, with one `taken` set a page: a repeated heading gets `-1`, `-2` and so on.
 *
 * @param heading the heading's Markdown without its `#` signs
 * @param taken the anchors given out on this page so far; the new one is added
 */
export function headingAnchor(heading: string, taken: Set<string> = new Set()): string {
  const words = visibleText(heading)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s+/g, '-')
  const base = words === '' ? 'section' : words
  let anchor = base
  for (let n = 1; taken.has(anchor); n++) anchor = `${base}-${n}`
  taken.add(anchor)
  return anchor
}

/**
 * The address of a knowledge page on this platform.
 *
 * @param path the page's path under the knowledge folder, with forward slashes and without `.md`
 */
export function knowledgeHref(path: string, anchor?: string): string {
  const page = `/knowledge/${path.split('/').map(encodeURIComponent).join('/')}`
  return anchor === undefined ? page : `${page}#${encodeURIComponent(anchor)}`
}
