/** Markdown without its marks, for speaking: links by their words, code as it is, no citation numbers. Pure. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)\s]*\)/g, '$1')
    .replace(/\[\d+\]/g, '')
    .replace(/^\s*(?:```|~~~).*$/gm, '')
    .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+/gm, '')
    .replace(/[*`~]{1,3}(\S(?:.*?\S)?)[*`~]{1,3}/g, '$1')
    .replace(/(?<!\w)_{1,3}(\S(?:.*?\S)?)_{1,3}(?!\w)/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;:!?])/g, '$1')
    .trim()
}
