import DOMPurify from 'dompurify'

const PURIFIED = {
  // What Markdown can say, and nothing else: no images (they would call strangers' servers), no forms, no styles.
  ALLOWED_TAGS: ['a', 'abbr', 'b', 'blockquote', 'br', 'code', 'del', 'em', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'kbd', 'li', 'ol', 'p', 'pre', 's', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'],
  ALLOWED_ATTR: ['align', 'class', 'href', 'start', 'title', 'aria-label'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|\/(?!\/)|#)/i,
  RETURN_DOM_FRAGMENT: true,
} as const

/** HTML that may be put into the page: the allowed tags only, and every link opens apart and tells nobody whence. */
export function safeHtml(html: string): string {
  const fragment = DOMPurify.sanitize(html, { ...PURIFIED, ALLOWED_TAGS: [...PURIFIED.ALLOWED_TAGS], ALLOWED_ATTR: [...PURIFIED.ALLOWED_ATTR] })
  for (const link of fragment.querySelectorAll('a[href]')) {
    link.setAttribute('target', '_blank')
    link.setAttribute('rel', 'noopener noreferrer')
  }
  // A class is only ever the citation's: text of an agent must not dress up as part of the page.
  for (const classed of fragment.querySelectorAll('[class]')) if (classed.className !== 'cite') classed.removeAttribute('class')
  for (const labelled of fragment.querySelectorAll('[aria-label]')) if (labelled.className !== 'cite') labelled.removeAttribute('aria-label')
  const box = document.createElement('div')
  box.append(fragment)
  return box.innerHTML
}
