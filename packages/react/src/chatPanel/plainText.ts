/**
 * Markdown without its marks, for speaking: links by their words, code as it is, no citation numbers. What the patterns
 * repeat has an end, so that no text makes them look through all of it again from each of its signs. Pure.
 */
export function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^[\]]{0,300})\]\([^)\s]{0,500}\)/g, '$1')
    .replace(/\[\d+\]/g, '')
    .replace(/^[ \t]*(?:```|~~~).*$/gm, '')
    .replace(/^[ \t]*(?:#{1,6}|>|[-*+]|\d+\.)[ \t]+/gm, '')
    .replace(/[*`~]{1,3}(\S(?:.{0,300}?\S)?)[*`~]{1,3}/g, '$1')
    .replace(/(?<!\w)_{1,3}(\S(?:.{0,300}?\S)?)_{1,3}(?!\w)/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;:!?])/g, '$1')
    .trim()
}
