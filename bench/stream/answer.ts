const LAST_TOKENS = ['\n\nThat', ' is', ' all.']

/** Whoever shows this shows the whole answer. */
export const LAST_WORDS = 'That is all.'

/**
 * An answer as a model writes one: headings, paragraphs with links, nested lists, a table that grows, fenced code. The same
 * for the same length, so that every run renders the same.
 */
export function markdownTokens(count: number): string[] {
  const tokens: string[] = []
  for (let part = 1; tokens.length < count; part += 1) tokens.push(...tokensOf(section(part)))
  return [...tokens.slice(0, count - LAST_TOKENS.length), ...LAST_TOKENS]
}

/** Four characters a token, as English text has them; a word's space goes before it. */
function tokensOf(text: string): string[] {
  return text.match(/\s*\S{1,4}|\s+$/g) ?? []
}

function section(part: number): string {
  const rows = Array.from(
    { length: 12 },
    (_, row) => `| case ${part}.${row + 1} | **${(row * 37) % 100} ms** | \`close(${1000 + row})\` | [why](https://example.com/why/${row}) |`,
  )
  const lines = Array.from({ length: 14 }, (_, line) => `  const step${line} = await connection.send({ id: '${part}-${line}', text: \`hello \${name}\` })`)
  return `## ${part}. What the connection does next

A connection that was **lost** is not a login that was lost: the client asks for a *ticket* first, as [the guide](https://example.com/guide/${part}) says, and waits for a time that is drawn at random between nothing and a limit that doubles. See also <https://example.com/back-off> and \`retryAfterMs\`.

### Steps

1. Ask for a ticket, and look at the answer:
   - \`401\` means signed out;
   - \`429\` or \`503\` mean *wait as told*;
   - anything else is the network.
2. Open the socket with the ticket among its subprotocols.
3. Subscribe again from the last offset, and apply what comes **in order**.

> Nothing is shown twice, and nothing is left out: what comes at another offset than the next one is asked for anew.

| case | time | code | link |
|---|---:|---|---|
${rows.join('\n')}

\`\`\`ts
export async function sayHello(connection: Connection, name: string): Promise<void> {
${lines.join('\n')}
}
\`\`\`

`
}
