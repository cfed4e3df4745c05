import DOMPurify from 'dompurify'

// What Markdown can say, and nothing else: no images (they would call strangers' servers), no forms, no styles.
const TAGS = 'a b blockquote br code del em h3 h4 h5 h6 hr i kbd li ol p pre s strong sub sup table tbody td th thead tr ul'.split(' ')
const ATTRIBUTES = ['align', 'aria-label', 'class', 'href', 'start', 'title']
const ADDRESS = /^(?:https?:|mailto:|\/(?![/\\])|#)/i

/** HTML that may be put into the page: the allowed elements only, and every link opens apart and tells nobody whence. */
export function safeHtml(html: string): string {
  const fragment = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_URI_REGEXP: ADDRESS,
    RETURN_DOM_FRAGMENT: true,
  })
  for (const element of fragment.querySelectorAll('*')) lookAgain(element)
  const box = document.createElement('div')
  box.append(fragment)
  return box.innerHTML
}

/** A second look with our own eyes, so that no one fault of a library or a DOM is enough. */
function lookAgain(element: Element): void {
  if (!TAGS.includes(element.localName)) return element.replaceWith(element.textContent)
  // A class and a label are only ever a citation's: an agent's text must not dress up as part of the page.
  const isCitation = element.localName === 'a' && element.className === 'cite'
  for (const name of element.getAttributeNames()) {
    const allowed =
      ATTRIBUTES.includes(name) &&
      (isCitation || (name !== 'class' && name !== 'aria-label')) &&
      (name !== 'href' || ADDRESS.test(element.getAttribute(name) ?? ''))
    if (!allowed) element.removeAttribute(name)
  }
  if (element.localName === 'a' && element.hasAttribute('href')) {
    element.setAttribute('target', '_blank')
    element.setAttribute('rel', 'noopener noreferrer')
  }
}
