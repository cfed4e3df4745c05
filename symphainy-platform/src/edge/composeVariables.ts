/**
 * Fills in `${NAME}`, `${NAME:-default}` and `$$` as Docker Compose does; defaults may hold further variables.
 * @throws Error on a form outside this subset
 */
export function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  let result = ''
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '$') result += text[at]
    else if (text[at + 1] === '$') {
      result += '$'
      at++
    } else {
      const end = closingBrace(text, at + 1)
      result += substitute(text.slice(at + 2, end), variables)
      at = end
    }
  }
  return result
}

function closingBrace(text: string, opening: number): number {
  if (text[opening] !== '{') throw new Error(`compose: a lone $ in ${text}`)
  let depth = 0
  for (let at = opening; at < text.length; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}' && --depth === 0) return at
  }
  throw new Error(`compose: } missing in ${text}`)
}

function substitute(inner: string, variables: Readonly<Record<string, string>>): string {
  const parts = /^([A-Z_]+)(?::-(.*))?$/s.exec(inner)
  if (parts === null) throw new Error(`compose: \${${inner}} is not understood`)
  const value = variables[parts[1] as string]
  return value !== undefined && value !== '' ? value : interpolate(parts[2] ?? '', variables)
}

/** A parsed document with every text in it interpolated. */
export function interpolateAll(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return interpolate(value, variables)
  if (Array.isArray(value)) return value.map((item) => interpolateAll(item, variables))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolateAll(item, variables)]))
}
