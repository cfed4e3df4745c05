import { Lexer } from 'marked'
import type { Token, TokensList } from 'marked'

/** How deep quotes, lists and emphasis may stand in each other. Beyond, the parser's recursion would end in an overflow. */
const DEPTH = 24
/** The longest stretch of running text that is looked at for links and emphasis, in UTF-16 units: the time grows with its square. */
const INLINE_UNITS = 8_000
/** The most runs of `*`, `_` and `~` in one such stretch: each may be paired with each. */
const DELIMITERS = 400

/**
 * A lexer whose time and depth have a limit, whatever is written: an answer must not hang or bring down the page that
 * shows it, least of all each time that its conversation is opened again. What is beyond the limit is shown as written.
 */
export class BoundedLexer extends Lexer {
  #depth = 0

  override blockTokens(src: string, tokens?: Token[], lastParagraphClipped?: boolean): Token[]
  override blockTokens(src: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList
  override blockTokens(src: string, tokens: Token[] = [], lastParagraphClipped?: boolean): Token[] {
    if (this.#depth >= DEPTH) return asWritten(src, tokens)
    return this.#deeper(() => super.blockTokens(src, tokens, lastParagraphClipped))
  }

  override inlineTokens(src: string, tokens: Token[] = []): Token[] {
    if (this.#depth >= DEPTH || isTangled(src)) return asWritten(src, tokens)
    return this.#deeper(() => super.inlineTokens(src, tokens))
  }

  #deeper(lex: () => Token[]): Token[] {
    this.#depth += 1
    try {
      return lex()
    } finally {
      this.#depth -= 1
    }
  }
}

function isTangled(src: string): boolean {
  return src.length > INLINE_UNITS || (src.match(/[*_~]+/g)?.length ?? 0) > DELIMITERS
}

function asWritten(src: string, tokens: Token[]): Token[] {
  if (src !== '') tokens.push({ type: 'text', raw: src, text: src, escaped: false })
  return tokens
}
