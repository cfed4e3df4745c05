/**
 * The small part of Go's template language that the edge's files use, so that a check reads what Traefik would read.
 * Anything else throws: a construct that is not understood here must not pass unseen.
 */

type Scope = ReadonlyMap<string, unknown>

type Node = { type: 'text'; text: string } | { type: 'value'; expression: string } | Block
interface Block {
  type: 'range' | 'if'
  expression: string
  names: readonly string[]
  body: Node[]
}

const FUNCTIONS: Readonly<Record<string, (args: readonly unknown[], env: Readonly<Record<string, string>>) => unknown>> = {
  env: ([name], env) => env[String(name)] ?? '',
  default: ([fallback, value]) => (value === '' || value === undefined ? fallback : value),
  splitList: ([separator, text]) => String(text).split(String(separator)),
  compact: ([list]) => (list as unknown[]).filter((item) => item !== ''),
  trim: ([text]) => String(text).trim(),
  trimSuffix: ([suffix, text]) => (String(text).endsWith(String(suffix)) ? String(text).slice(0, -String(suffix).length) : text),
  lower: ([text]) => String(text).toLowerCase(),
}

/** What Traefik's file provider makes of a file before it parses it. @throws Error on a construct outside the subset */
export function renderTemplate(text: string, env: Readonly<Record<string, string>>): string {
  const nodes = parse(text)
  return nodes.map((node) => renderNode(node, new Map(), env)).join('')
}

function parse(text: string): Node[] {
  const root: Node[] = []
  const open: Block[] = []
  let at = 0
  let trimNext = false
  const append = (node: Node): number => (open.at(-1)?.body ?? root).push(node)
  for (const match of text.matchAll(/\{\{(-\s)?\s*(.*?)\s*(\s-)?\}\}/gs)) {
    let before = text.slice(at, match.index)
    if (trimNext) before = before.trimStart()
    if (match[1] !== undefined) before = before.trimEnd()
    append({ type: 'text', text: before })
    at = match.index + match[0].length
    trimNext = match[3] !== undefined
    const action = match[2] ?? ''
    const range = /^range (?:(\$\w+)(?:, (\$\w+))? := )?(.+)$/.exec(action)
    const condition = /^if (.+)$/.exec(action)
    if (range !== null || condition !== null) {
      const names = [range?.[1], range?.[2]].filter((name) => name !== undefined)
      const block: Block = { type: range === null ? 'if' : 'range', expression: range?.[3] ?? condition?.[1] ?? '', names, body: [] }
      append(block)
      open.push(block)
    } else if (action === 'end') {
      if (open.pop() === undefined) throw new Error('template: end without a beginning')
    } else append({ type: 'value', expression: action })
  }
  if (open.length > 0) throw new Error('template: a block has no end')
  const rest = text.slice(at)
  root.push({ type: 'text', text: trimNext ? rest.trimStart() : rest })
  return root
}

function renderNode(node: Node, scope: Scope, env: Readonly<Record<string, string>>): string {
  if (node.type === 'text') return node.text
  const value = evaluate(node.expression, scope, env)
  if (node.type === 'value') return String(value)
  const body = (inner: Scope): string => node.body.map((child) => renderNode(child, inner, env)).join('')
  if (node.type === 'if') return value === '' || value === 0 || value === false ? '' : body(scope)
  const [first, second] = node.names
  return (value as unknown[])
    .map((item, index) => {
      const inner = new Map(scope)
      inner.set('.', item)
      if (second !== undefined && first !== undefined) inner.set(first, index).set(second, item)
      else if (first !== undefined) inner.set(first, item)
      return body(inner)
    })
    .join('')
}

/** A pipeline: each command's value is the last argument of the next one. */
function evaluate(expression: string, scope: Scope, env: Readonly<Record<string, string>>): unknown {
  const tokens = expression.match(/"[^"]*"|\(|\)|\||[^\s()|"]+/g) ?? []
  let at = 0
  const operand = (): unknown => {
    const token = tokens[at++]
    if (token === '(') {
      const value = pipeline()
      if (tokens[at++] !== ')') throw new Error(`template: ) missing in ${expression}`)
      return value
    }
    if (token?.startsWith('"') === true) return token.slice(1, -1)
    if (token !== undefined && scope.has(token)) return scope.get(token)
    throw new Error(`template: ${token ?? 'nothing'} is not known in ${expression}`)
  }
  const command = (piped: readonly unknown[]): unknown => {
    const call = Object.hasOwn(FUNCTIONS, tokens[at] ?? '') ? FUNCTIONS[tokens[at++] as string] : undefined
    if (call === undefined) return operand()
    const args: unknown[] = []
    while (at < tokens.length && tokens[at] !== ')' && tokens[at] !== '|') args.push(operand())
    return call([...args, ...piped], env)
  }
  const pipeline = (): unknown => {
    let value = command([])
    while (tokens[at] === '|') {
      at++
      value = command([value])
    }
    return value
  }
  const value = pipeline()
  if (at < tokens.length) throw new Error(`template: ${tokens[at] ?? ''} is not expected in ${expression}`)
  return value
}
