import DOMPurify from 'dompurify'
import { marked } from 'marked'

const log = document.querySelector('main') as HTMLElement

function append(role: string): HTMLElement {
  const message = document.createElement('article')
  message.dataset['role'] = role
  log.append(message)
  return message
}

function show(message: HTMLElement, text: string): void {
  message.innerHTML = DOMPurify.sanitize(marked.parse(text, { async: false }))
  log.scrollTop = log.scrollHeight
}

function ask(): void {
  const message = append('assistant')
  let text = ''
  const stream = new EventSource('/v1/chat/completions')
  stream.onmessage = ({ data }: MessageEvent<string>) => {
    if (data === '[DONE]') {
      stream.close()
      message.dataset['status'] = 'finished'
      return
    }
    const { choices } = JSON.parse(data) as { choices: { delta: { content?: string } }[] }
    const token = choices[0]?.delta.content ?? ''
    if (token === '') return
    text += token
    show(message, text)
  }
}

const thread = (await (await fetch('/thread')).json()) as { role: string; text: string }[]
for (const { role, text } of thread) {
  const message = append(role)
  if (role === 'user') message.textContent = text
  else show(message, text)
}
Object.assign(window, { ask })
