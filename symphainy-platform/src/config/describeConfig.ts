import { VARIABLES, type Variable } from './variables.js'

function rows(): Variable<unknown>[] {
  return Object.values(VARIABLES)
}

function defaultOf(variable: Variable<unknown>): string {
  return variable.defaultText ?? `\`${variable.default ?? ''}\``
}

/** What `--help` prints. */
export function helpText(): string {
  const width = Math.max(...rows().map((variable) => variable.name.length))
  const lines = rows().flatMap((variable) => [
    `  ${variable.name.padEnd(width)}  ${plain(variable.doc)}`,
    `  ${''.padEnd(width)}  ${variable.type}; default: ${plain(defaultOf(variable))}; example: ${variable.example}`,
  ])
  return ['Symphainy platform: authenticated real-time agent chat.', '', 'Configuration comes from environment variables:', '', ...lines].join('\n')
}

/** The whole of docs/configuration.md, so that the page cannot fall behind the code. */
export function configurationPage(): string {
  const lines = rows().map(
    (variable) => `| \`${variable.name}\` | ${variable.type} | ${defaultOf(variable)} | ${variable.doc} Example: \`${variable.example}\` |`,
  )
  return [
    '# Configuration',
    '',
    'The platform is configured by environment variables. A wrong one stops the start with a line that names it; all problems are printed at once. `npm start -- --help` prints this list.',
    '',
    '<!-- Generated from symphainy-platform/src/config/variables.ts; a test fails when the two differ. Write it anew with: UPDATE_DOCS=1 npx vitest run --project unit symphainy-platform/src/config -->',
    '',
    '| variable | holds | default | what it does |',
    '|---|---|---|---|',
    ...lines,
    '',
  ].join('\n')
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '')
}
