// A real `kith up` on a free port with a data folder of its own, and Debian's Chromium to look at it.
import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, readFileSync, existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const ROOT = new URL('../../../', import.meta.url).pathname
const BINARY = process.env.KITH_BINARY ?? join(ROOT, 'build/kith')
const CHROMIUM = process.env.KITH_CHROMIUM ?? '/usr/bin/chromium'
const SLOW = process.env.KITH_SANITIZED ? 4 : 1
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

export async function until(what, question, seconds = 30) {
  const end = Date.now() + seconds * 1000 * SLOW
  while (Date.now() < end) {
    const answer = await question()
    if (answer) return answer
    await pause(100)
  }
  throw new Error(`waited ${seconds * SLOW} s in vain: ${what}`)
}

function freePort() {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/* Without the app's packages there is no browser to drive: meson calls 77 skipped. */
export function needPackages() {
  if (existsSync(join(ROOT, 'web/node_modules/playwright-core')) && existsSync(join(ROOT, 'web/dist/index.html'))) return
  console.log('the app is not built: run `make web`')
  process.exit(77)
}

export async function startKith() {
  const data = mkdtempSync(join(tmpdir(), 'kith-web-'))
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const child = spawn(BINARY, ['up', '--listen', `127.0.0.1:${port}`, '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stdout.on('data', text => { log += text })
  child.stderr.on('data', text => { log += text })
  const ready = () => fetch(`${base}/readyz`).then(answer => answer.ok, () => false)
  try {
    await until('kith up to be ready', () => { if (child.exitCode !== null) throw new Error(`kith up ended: ${log}`); return ready() })
  } catch (error) { child.kill(); throw error }
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await Promise.race([new Promise(resolve => child.once('exit', resolve)), pause(20_000 * SLOW)])
      child.kill('SIGKILL')
    }
    if (!process.env.KITH_KEEP) rmSync(data, { recursive: true, force: true })
  }
  return { base, stop, log: () => log }
}

export async function openBrowser() {
  const { chromium } = createRequire(join(ROOT, 'web/package.json'))('playwright-core')
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
}

/* A window of its own, whose every complaint is written down: script errors, console errors, what the CSP refused. */
export async function openWindow(browser, base, complaints) {
  const context = await browser.newContext({ baseURL: base, acceptDownloads: true, locale: 'en-GB' })
  await context.addInitScript(() => addEventListener('securitypolicyviolation', event => console.error(`CSP refused ${event.violatedDirective} ${event.blockedURI}`)))
  const page = await context.newPage()
  page.setDefaultTimeout(20_000 * SLOW)
  page.on('pageerror', error => complaints.push(error.message))
  page.on('dialog', dialog => { complaints.push(`a dialog opened: ${dialog.message()}`); void dialog.dismiss() })
  page.on('console', message => {
    const expected = /Failed to load resource.*\b(401|403|409)\b/.test(message.text())     /* not signed in yet; a wrong code; the merge offer */
    if (message.type() === 'error' && !expected) complaints.push(`${message.text()} ${message.location().url}`)
  })
  return page
}

/* RFC 6238: what an authenticator shows, or will show `ahead` steps from now. */
export function totp(secret, ahead = 0) {
  const bits = [...secret].map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead))
  const mac = createHmac('sha1', key).update(counter).digest()
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

const OURS = join(ROOT, 'tests/data/vcards')
const SHARED = join(process.env.KITH_SHARED ?? join(ROOT, '../shared'), 'data/vcards')

/* The four exports written here, and the ones of real programs where the folder is there. */
export function samples() {
  const ours = ['iphone', 'gmail', 'outlook', 'android'].map(name => join(OURS, `${name}.vcf`))
  const theirs = ['John_Doe_IPHONE', 'John_Doe_GMAIL', 'John_Doe_MS_OUTLOOK', 'John_Doe_ANDROID'].map(name => join(SHARED, `${name}.vcf`))
  return { ours, all: [...ours, ...theirs.filter(existsSync)] }
}

/* The cards of a file as their very bytes (latin1: one character a byte), BEGIN to END. */
export function cardsOf(path) {
  return readFileSync(path, 'latin1').match(/^BEGIN:VCARD\r?$[\s\S]*?^END:VCARD/gim) ?? []
}
