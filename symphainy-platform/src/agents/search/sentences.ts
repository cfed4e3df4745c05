/** A full stop, question or exclamation mark, perhaps a closing quote or bracket, then space and the start of something new. */
const BOUNDARY = /(?<=[.!?]["”')\]*_]*)\s+(?=["“'(*_`[]*[\p{Lu}\p{N}])/u
const ABBREVIATION = /(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|no)\.)$/i

/** Whether all inline Markdown that was opened in a piece is closed in it. */
function isBalanced(piece: string): boolean {
  const outsideCode = piece.replace(/`[^`]*`/g, '')
  if (outsideCode.includes('`')) return false
  const count = (pattern: RegExp): number => outsideCode.match(pattern)?.length ?? 0
  return count(/\*\*/g) % 2 === 0 && count(/\[/g) === count(/\]/g) && count(/\(/g) === count(/\)/g)
}

/** A paragraph as sentences. Never cuts inside code, links, emphasis or brackets: each sentence is sound Markdown. */
export function sentencesOf(paragraph: string): string[] {
  const sentences: string[] = []
  let open = ''
  for (const piece of paragraph
    .replace(/\s*\n\s*/g, ' ')
    .trim()
    .split(BOUNDARY)) {
    open = open === '' ? piece : `${open} ${piece}`
    if (isBalanced(open) && !ABBREVIATION.test(open)) {
      sentences.push(open)
      open = ''
    }
  }
  if (open !== '') sentences.push(open)
  return sentences.filter((sentence) => sentence !== '')
}
