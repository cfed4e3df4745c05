import type { Source } from '@symphainy/protocol'
import { Marked } from 'marked'
import type { Token, Tokens } from 'marked'
import { texts } from '../texts.js'

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign)
}

/** As Markdown has it: an entity that was written stays one. */
function escapeText(text: string): string {
  return text.replace(/[<>"']|&(?!(?:#\d{1,7}|#[Xx][\da-fA-F]{1,6}|\w+);)/g, (sign) => escapes[sign] ?? sign)
}

/** Makes one block's HTML. `[2]` becomes a link to source 2 where there is one. It is not safe yet: see `safeHtml`. */
export function blockHtml(token: Token, sources: readonly Source[]): string {
  return renderer(sources).parser([token])
}

const renderers = new WeakMap<readonly Source[], Marked>()

function renderer(sources: readonly Source[]): Marked {
  let made = renderers.get(sources)
  if (made === undefined) {
    made = new Marked({
      renderer: {
        // The page has its own first two headings.
        heading({ tokens, depth }: Tokens.Heading) {
          const level = Math.min(6, depth + 2)
          return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`
        },
        // What an agent writes as HTML is shown as it was written.
        html({ text }: Tokens.HTML | Tokens.Tag) {
          return escapeHtml(text)
        },
        image({ href, text }: Tokens.Image) {
          return `<a href="${escapeHtml(href)}">${escapeHtml(text === '' ? href : text)}</a>`
        },
        checkbox({ checked }: Tokens.Checkbox) {
          return checked ? '☑ ' : '☐ '
        },
        text(token: Tokens.Text | Tokens.Escape) {
          if ('tokens' in token && token.tokens !== undefined) return this.parser.parseInline(token.tokens)
          return cited(token.type === 'text' && token.escaped === true ? token.text : escapeText(token.text), sources)
        },
      },
    })
    renderers.set(sources, made)
  }
  return made
}

/** Puts the links of the sources into text that is HTML already. */
function cited(html: string, sources: readonly Source[]): string {
  if (sources.length === 0) return html
  return html.replace(/\[(\d{1,3})\]/g, (whole, digits: string) => {
    const source = sources.find((each) => each.n === Number(digits))
    if (source === undefined) return whole
    return `<a class="cite" href="${escapeHtml(source.href)}" title="${escapeHtml(source.title)}" aria-label="${escapeHtml(texts.chat.source(source.n))}">${source.n}</a>`
  })
}
