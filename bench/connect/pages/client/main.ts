import { createClient } from '@symphainy/client'
import { markFirstFrame, markUser } from '../mark.js'

const client = createClient()
let known = false
client.auth.subscribe(() => {
  const auth = client.auth.getSnapshot()
  if (auth.state !== 'authenticated' || known) return
  known = true
  markUser(auth.user.name)
})
client.connection.onFrame(markFirstFrame)
client.start()
client.connection.connect()
