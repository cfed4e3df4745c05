/** A request as far as the rules of the edge look at it. Header names in lower case. */
export interface EdgeRequest {
  method: string
  path: string
  headers: Readonly<Record<string, string | readonly string[]>>
}

export type RuleMatcher = (request: EdgeRequest) => boolean

const MATCHERS: Readonly<Record<string, { parameters: number; make: (...args: string[]) => RuleMatcher }>> = {
  Path: { parameters: 1, make: (path) => (request) => request.path === path },
  PathPrefix: { parameters: 1, make: (prefix) => (request) => request.path.startsWith(prefix ?? '') },
  Method: { parameters: 1, make: (method) => (request) => request.method === method?.toUpperCase() },
  Header: { parameters: 2, make: (name, value) => (request) => valuesOf(request, name).includes(value ?? '') },
  HeaderRegexp: {
    parameters: 2,
    make: (name, text) => {
      const expression = goRegExp(text ?? '')
      return (request) => valuesOf(request, name).some((value) => expression.test(value))
    },
  },
}

function valuesOf(request: EdgeRequest, name: string | undefined): readonly string[] {
  const value = request.headers[(name ?? '').toLowerCase()]
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

/** Go's way to ask for "any case" is a prefix; JavaScript's is a flag. */
function goRegExp(text: string): RegExp {
  return text.startsWith('(?i)') ? new RegExp(text.slice(4), 'i') : new RegExp(text)
}

/**
 * Parses a rule in Traefik's version 3 syntax: matchers, `&&`, `||`, `!` and parentheses; `&&` binds tighter.
 * @throws Error on a matcher or a form that is not known here
 */
export function parseRule(rule: string): RuleMatcher {
  const tokens = rule.match(/`[^`]*`|&&|\|\||[!(),]|[A-Za-z]+|\S/g) ?? []
  let at = 0
  const expect = (token: string): void => {
    if (tokens[at++] !== token) throw new Error(`rule: ${token} expected before ${tokens.slice(at - 1).join(' ')}`)
  }
  const call = (): RuleMatcher => {
    const name = tokens[at++] ?? 'nothing'
    const matcher = Object.hasOwn(MATCHERS, name) ? MATCHERS[name] : undefined
    if (matcher === undefined) throw new Error(`rule: the matcher ${name} is not known`)
    expect('(')
    const args: string[] = []
    do {
      const argument = tokens[at++] ?? ''
      if (!argument.startsWith('`')) throw new Error(`rule: ${name} takes quoted values`)
      args.push(argument.slice(1, -1))
    } while (tokens[at] === ',' && at++ >= 0)
    expect(')')
    if (args.length !== matcher.parameters) throw new Error(`rule: ${name} takes ${matcher.parameters} values`)
    return matcher.make(...args)
  }
  const factor = (): RuleMatcher => {
    if (tokens[at] === '!') {
      at++
      const inner = factor()
      return (request) => !inner(request)
    }
    if (tokens[at] !== '(') return call()
    at++
    const inner = either()
    expect(')')
    return inner
  }
  const both = (): RuleMatcher => {
    let left = factor()
    while (tokens[at] === '&&') {
      at++
      const [first, second] = [left, factor()]
      left = (request) => first(request) && second(request)
    }
    return left
  }
  const either = (): RuleMatcher => {
    let left = both()
    while (tokens[at] === '||') {
      at++
      const [first, second] = [left, both()]
      left = (request) => first(request) || second(request)
    }
    return left
  }
  const matcher = either()
  if (at < tokens.length) throw new Error(`rule: ${tokens.slice(at).join(' ')} is not expected`)
  return matcher
}

/** The router that gets a request: of those that match, the one of the highest priority. */
export function routeOf(routers: Readonly<Record<string, { rule: string; priority: number }>>, request: EdgeRequest): string | null {
  const matching = Object.entries(routers).filter(([, router]) => parseRule(router.rule)(request))
  const best = matching.sort(([, a], [, b]) => b.priority - a.priority)[0]
  return best === undefined ? null : best[0]
}
