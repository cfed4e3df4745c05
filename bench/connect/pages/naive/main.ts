import { markFirstFrame, markUser } from '../mark.js'

// The socket is opened before anybody knows whether there is a session; the cookie goes with the upgrade.
const socket = new WebSocket('/api/ws')
socket.onmessage = markFirstFrame
const answer = await fetch('/api/session')
if (answer.ok) {
  const { user } = (await answer.json()) as { user: { name: string } }
  markUser(user.name)
}
