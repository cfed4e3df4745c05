// Imported first by every script: an old Node should say so in words, not as a syntax error somewhere else.
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Symphainy needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer one from https://nodejs.org and run the command again.`)
  process.exit(1)
}
