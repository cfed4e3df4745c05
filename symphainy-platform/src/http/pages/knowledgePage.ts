import { Marked } from 'marked'
import { headingAnchor } from '../../agents/index.js'

/**
 * A knowledge page as HTML. HTML in the Markdown is shown as text; links lead to http(s), mail or this site only.
 * Headings have the anchors by which the documentation search cites them.
 */
export function renderKnowledgePage(markdown: string, options: { title: string }): string {
  const anchors = new Set<string>()
  const marked = new Marked({
    gfm: true,
    renderer: {
      html: ({ text }) => escapeHtml(text),
      heading({ tokens, depth, text }) {
        const anchor = headingAnchor(text, anchors)
        return `<h${depth} id="${escapeHtml(anchor)}">${this.parser.parseInline(tokens)}</h${depth}>\n`
      },
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens)
        const target = linkTarget(href)
        if (target === null) return text
        return `<a href="${escapeHtml(target)}"${/^https?:/i.test(target) ? ' rel="noopener noreferrer"' : ''}>${text}</a>`
      },
      image: ({ text }) => escapeHtml(text),
    },
  })
  return htmlPage(
    options.title,
    `<nav><a href="/">Symphainy</a> · <a href="/knowledge">Knowledge</a></nav>\n<main>\n${marked.parse(markdown, { async: false })}</main>`,
  )
}

/** The list of all pages. */
export function renderKnowledgeIndex(pages: readonly { title: string; href: string }[]): string {
  const items = pages.map(({ title, href }) => `<li><a href="${escapeHtml(href)}">${escapeHtml(title)}</a></li>`).join('\n')
  return htmlPage('Knowledge', `<nav><a href="/">Symphainy</a></nav>\n<main>\n<h1>Knowledge</h1>\n<ul>\n${items}\n</ul>\n</main>`)
}

/** The first heading of a page, or its file's name in words. */
export function titleOfPage(markdown: string, path: string): string {
  const heading = /^#\s+(.+?)\s*#*\s*$/m.exec(markdown)?.[1]
  return heading?.replace(/[`*]/g, '') ?? (path.split('/').at(-1) ?? path).replace(/[-_]/g, ' ')
}

/** Null for what must not be clicked: `javascript:` and whatever else is no address of a page. */
function linkTarget(href: string): string | null {
  if (/^(https?:|mailto:)/i.test(href) || href.startsWith('#')) return href
  if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith('//') || href.startsWith('\\')) return null
  // Pages link each other as files; here they are addresses without the ending.
  return href.replace(/\.md(?=#|$)/, '')
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Symphainy</title>
<link rel="stylesheet" href="/knowledge/page.css">
</head>
<body>
${body}
</body>
</html>
`
}

/** The look of these pages; a file of its own, since the policy of the site allows no style within a page. */
export const PAGE_CSS = `:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 44rem; padding: 1.5rem 1rem 4rem; font: 1rem/1.6 system-ui, sans-serif; overflow-wrap: break-word; }
nav { font-size: .9rem; margin-bottom: 1.5rem; }
h1, h2, h3 { line-height: 1.25; margin: 2rem 0 .5rem; }
h1:first-child { margin-top: 0; }
:target { background: Mark; color: MarkText; scroll-margin-top: 1rem; }
a { color: LinkText; }
pre { overflow-x: auto; padding: .75rem 1rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: .5rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
table { display: block; overflow-x: auto; border-collapse: collapse; }
th, td { padding: .35rem .6rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); text-align: left; vertical-align: top; }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid color-mix(in srgb, currentColor 30%, transparent); }
`
