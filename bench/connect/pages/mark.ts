/** What each page notes, in milliseconds since its navigation began. */
export interface Marks {
  /** The first frame of the application over the socket. */
  firstFrameMs?: number
  /** The user is known and the socket is connected. */
  usableMs?: number
}

declare global {
  interface Window {
    marks: Marks
  }
}

window.marks = {}

let pending = 2

export function markFirstFrame(): void {
  if (window.marks.firstFrameMs !== undefined) return
  window.marks.firstFrameMs = performance.now()
  half()
}

/** Shows the user, as every page does, so that all do the same work. */
export function markUser(name: string): void {
  document.body.textContent = `Signed in as ${name}`
  half()
}

function half(): void {
  pending -= 1
  if (pending === 0) window.marks.usableMs = performance.now()
}
