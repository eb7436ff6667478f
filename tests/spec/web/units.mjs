// The units of the browser app, `npm test` in web/.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const WEB = new URL('../../../web/', import.meta.url).pathname
if (!existsSync(`${WEB}node_modules`)) {
  console.log('web/node_modules is not there: run `make web`')
  process.exit(77)
}
process.exit(spawnSync('npm', ['test', '--silent'], { cwd: WEB, stdio: 'inherit' }).status ?? 1)
