const QUIET_MS = 1000

/**
 * Runs one step. A step that takes over a second shows its name and how long it has taken; a quick one shows nothing.
 * @template T
 * @param {string} label in the present tense, for instance "Building the platform"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(label, work) {
  const startedAt = performance.now()
  const seconds = () => Math.round((performance.now() - startedAt) / 1000)
  const live = Boolean(process.stdout.isTTY)
  let shown = false
  const show = () => {
    if (live) process.stdout.write(`\r\u001b[K${label} … ${seconds()} s`)
    else if (!shown) console.log(`${label} …`)
    shown = true
  }
  const timer = setInterval(show, QUIET_MS)
  try {
    const result = await work()
    if (shown) console.log(`${live ? '\r\u001b[K' : ''}${label}: done in ${seconds()} s`)
    return result
  } catch (error) {
    if (live && shown) process.stdout.write('\n')
    throw error
  } finally {
    clearInterval(timer)
  }
}
