interface Instruction {
  name: string
  value: string
}

export interface Stage {
  image: string
  name: string | null
  instructions: Instruction[]
}

/** The stages of a Dockerfile, comments away and continued lines joined. */
export function stagesOf(text: string): Stage[] {
  const stages: Stage[] = []
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
  for (const line of lines) {
    const parts = /^([A-Z]+)\s+(.*)$/.exec(line.trim())
    if (parts === null) continue
    const [, name = '', value = ''] = parts
    const from = name === 'FROM' ? /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(value) : null
    if (from !== null) stages.push({ image: from[1] ?? '', name: from[2] ?? null, instructions: [] })
    else stages.at(-1)?.instructions.push({ name, value })
  }
  return stages
}

/** What of our rules for images this Dockerfile breaks, in words; `workspaces` are the folders that hold a package.json. */
export function dockerfileFindings(text: string, workspaces: readonly string[]): string[] {
  const findings: string[] = []
  const stages = stagesOf(text)
  const [build] = stages
  const run = stages.at(-1)
  if (build === undefined || run === undefined || stages.length < 2) return ['not in stages']
  const all = (stage: Stage, name: string): string[] =>
    stage.instructions.filter((instruction) => instruction.name === name).map((instruction) => instruction.value)
  for (const stage of stages) {
    if (!/^node:22(\.\d+\.\d+)?-bookworm-slim$/.test(stage.image)) findings.push(`the stage ${stage.name ?? '?'} is not from node:22-bookworm-slim`)
  }
  const steps = all(build, 'RUN').join(' && ')
  const places = ['npm ci', 'npm run build', 'npm prune --omit=dev'].map((step) => steps.indexOf(step))
  if (places.includes(-1) || places.some((place, index) => place < (places[index - 1] ?? 0))) findings.push('does not install, build and prune, in this order')
  for (const workspace of workspaces) {
    if (!all(build, 'COPY').includes(`${workspace}/package.json ${workspace}/`))
      findings.push(`the manifest of ${workspace} is not there when dependencies are installed`)
  }
  const user = all(run, 'USER').at(-1)
  if (user === undefined || !/^[1-9]\d*(:[1-9]\d*)?$/.test(user)) findings.push('does not run as a numbered user other than root')
  if (all(run, 'COPY').some((copy) => !copy.startsWith('--from='))) findings.push('the last stage copies from the context')
  if (all(run, 'RUN').length > 0) findings.push('the last stage runs something')
  if (!all(run, 'HEALTHCHECK').join(' ').includes('/readyz')) findings.push('no health check on /readyz')
  if (all(run, 'CMD').at(-1) !== '["node", "symphainy-platform/dist/main.js"]') findings.push('does not start the platform itself')
  const variables = all(run, 'ENV').join(' ')
  for (const variable of ['NODE_ENV=production', 'HOST=0.0.0.0', 'DATA_DIR=/data']) if (!variables.includes(variable)) findings.push(`${variable} is not set`)
  if (!all(run, 'COPY').some((copy) => /--chown=\S+ \S+ \/data$/.test(copy))) findings.push("/data is not its user's")
  if (/^(ARG|ENV)\s.*(KEY|SECRET|TOKEN|PASSWORD)/m.test(text)) findings.push('a secret is in the image')
  if (/^ADD\s/m.test(text)) findings.push('ADD instead of COPY')
  return findings
}
