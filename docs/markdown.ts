/** The little of Markdown that the checks of these pages read. */

function withoutCode(text: string): string {
  return text.replace(/^ *```[^]*?^ *```/gm, '').replace(/`[^`\n]*`/g, '')
}

/** The targets of links and pictures, code aside. */
export function linksOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^()\s]+)(?:\s"[^"]*")?\)/g)].map((match) => match[1] ?? '')
}

/** The anchors of a page's headings, as the usual renderers make them. */
export function anchorsOf(text: string): string[] {
  const counts = new Map<string, number>()
  const headings = text.replace(/^ *```[^]*?^ *```/gm, '').matchAll(/^#{1,6} +(.+)$/gm)
  return [...headings].map((match) => {
    const slug = (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-')
    const count = counts.get(slug) ?? 0
    counts.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
}

/** The rows of every table whose first two headings are these, cell by cell. */
export function rowsOf(text: string, first: string, second: string): string[][] {
  const rows: string[][] = []
  let isInside = false
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) isInside = false
    else {
      const cells = line
        .slice(1, line.lastIndexOf('|'))
        .split('|')
        .map((cell) => cell.trim())
      if (cells[0] === first && cells[1] === second) isInside = true
      else if (isInside && !/^-+$/.test(cells[0] ?? '')) rows.push(cells)
    }
  }
  return rows
}
