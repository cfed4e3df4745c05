import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Config } from './config/variables.js'
import { PlatformError } from './platformError.js'

/** @throws PlatformError `port` that names the variable which helps */
export async function listen(http: FastifyInstance, { host, port }: Pick<Config, 'host' | 'port'>): Promise<{ address: string; port: number }> {
  try {
    await http.listen({ host, port })
  } catch (error) {
    throw listenFailure(error as NodeJS.ErrnoException, host, port)
  }
  const bound = (http.server.address() as AddressInfo).port
  return { address: `http://${shownHost(host)}:${bound}`, port: bound }
}

function listenFailure(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  switch (error.code) {
    case 'EADDRINUSE':
      return new PlatformError('port', `Port ${port} is in use by another process. Stop it, or choose another port: PORT=${port < 65_535 ? port + 1 : 3000}`, {
        cause: error,
      })
    case 'EACCES':
      return new PlatformError('port', `Port ${port} may not be used by this user. Choose one above 1023: PORT=3000`, { cause: error })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new PlatformError('port', `There is no address ${host} on this machine. Choose another: HOST=localhost, or HOST=0.0.0.0 for every address`, {
        cause: error,
      })
    default:
      return error
  }
}

/** A name that a person can open: nobody opens "every address". */
function shownHost(host: string): string {
  if (['0.0.0.0', '::', '127.0.0.1', '::1', 'localhost'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
