import { ACTIONS, isGood, type Action } from './actions.js'
import { FIRST_WORLD, Stage, canonical, type Cores, type World } from './world.js'

export interface Exploration {
  states: number
  transitions: number
  /** The first state that breaks a rule, with the way to it; or null. */
  violation: { rule: string; path: string[] } | null
  /** A state from which benign actions reach no good one, with the way to it; or null. */
  stuck: { path: string[] } | null
}

interface Node {
  world: World
  parent: number
  by: string
  isGood: boolean
  /** The states that a benign action leads from here. */
  benign: number[]
}

/** Every state that the two machines, a browser and a platform can be in together, breadth first. */
export function explore(cores: Cores, actions: readonly Action[] = ACTIONS): Exploration {
  const nodes: Node[] = []
  const found = new Map<string, number>()
  let transitions = 0
  const add = (world: World, parent: number, by: string): number => {
    const key = canonical(world)
    const known = found.get(key)
    if (known !== undefined) return known
    found.set(key, nodes.length)
    nodes.push({ world, parent, by, isGood: isGood(new Stage(world, cores)), benign: [] })
    return nodes.length - 1
  }
  const pathTo = (index: number): string[] => {
    const path: string[] = []
    for (let at = index; at > 0; at = nodes[at]?.parent ?? 0) path.unshift(nodes[at]?.by ?? '')
    return path
  }
  add(FIRST_WORLD, -1, '')
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index] as Node
    if (node.world.violation !== null) return { states: nodes.length, transitions, violation: { rule: node.world.violation, path: pathTo(index) }, stuck: null }
    for (const { name, isBenign, run } of actions) {
      const stage = new Stage(node.world, cores)
      if (!run(stage)) continue
      transitions++
      const next = isSame(stage.world, node.world) ? index : add(stage.world, index, name)
      if (isBenign) node.benign.push(next)
    }
  }
  return { states: nodes.length, transitions, violation: null, stuck: findStuck(nodes, pathTo) }
}

/** Most events concern no state but one: nothing changed, and nothing is to be looked up. */
function isSame(left: World, right: World): boolean {
  return (Object.keys(left) as (keyof World)[]).every((key) => left[key] === right[key])
}

/** Backwards from the good states along benign actions: whoever is not met is stuck. */
function findStuck(nodes: readonly Node[], pathTo: (index: number) => string[]): Exploration['stuck'] {
  const leadsFrom: number[][] = nodes.map(() => [])
  nodes.forEach(({ benign }, from) => benign.forEach((to) => leadsFrom[to]?.push(from)))
  const saved = nodes.map((node) => node.isGood)
  const queue = nodes.flatMap((node, index) => (node.isGood ? [index] : []))
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const from of leadsFrom[at] ?? []) {
      if (saved[from]) continue
      saved[from] = true
      queue.push(from)
    }
  }
  const stuck = saved.indexOf(false)
  return stuck === -1 ? null : { path: pathTo(stuck) }
}
