// A stand-in for the real server: the built app plus fictional, deterministic data in memory.  `npm run mock [port]`
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { book } from './fiction.mjs'

const DIST = new URL('../dist/', import.meta.url).pathname
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' }
const CSP = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
const state = book(Number(process.env.CARDS ?? 600))
const session = { user: { id: 'u1', email: 'demo@kith.example', name: 'Dana Demo' }, account: { id: 'a1', name: 'Demo book', settings: {} }, csrf: 'x' }
let signedIn = false
const streams = new Set()
const emit = (name, data) => { for (const stream of streams) stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`) }
const changed = () => emit('changed', { seq: ++state.seq, cards: 1 })
const fault = (status, detail, more) => ({ status, json: { type: 'about:blank', title: detail, status, detail, code: 'MOCK', ...more } })
const ok = (json, status = 200) => ({ status, json })
const live = () => [...state.cards.values()].filter(card => card.state === 'live')

const routes = [
  ['GET', /^\/session$/, () => (signedIn ? ok(session) : fault(401, 'Sign in first'))],
  ['POST', /^\/(login|signup|demo)$/, () => { signedIn = true; return ok(session) }],
  ['POST', /^\/logout$/, () => { signedIn = false; return { status: 204 } }],
  ['GET', /^\/stats$/, () => ok(state.stats())],
  ['GET', /^\/tags$/, () => ok({ items: state.tags() })],
  ['GET', /^\/tokens$/, () => ok({ items: [{ id: 't1', name: 'Backup script', created: '2026-09-01T10:00:00Z', seen: '2026-11-20T04:00:00Z' }] })],
  ['POST', /^\/tokens$/, (_, body) => ok({ id: 't2', name: body.name, token: 'kith_9f2c6b1d4e8a7035c1fe22ab90d3' }, 201)],
  ['POST', /^\/restore$/, (_, body) => ok(body.dry_run ? { cards: 212 } : { batch: 'b1' })],
  ['GET', /^\/cards$/, (_m, _b, query) => ok(state.list(query))],
  ['GET', /^\/search$/, (_m, _b, query) => ok(state.search(query.get('q'), Number(query.get('limit') ?? 50)))],
  ['POST', /^\/cards$/, (_, body) => { const made = state.add(body.card); changed(); return ok(made, 201) }],
  ['POST', /^\/cards\/bulk$/, (_, body) => { for (const id of body.ids) state.bulk(id, body); changed(); return ok({ changed: body.ids.length, batch: 'b1' }) }],
  ['GET', /^\/cards\/(\w+)$/, ([, id]) => (state.cards.has(id) ? ok(state.cards.get(id)) : fault(404, 'No such card'))],
  ['PATCH', /^\/cards\/(\w+)$/, ([, id], body, _q, request) => {
    const card = state.cards.get(id)
    if (request.headers['if-match'] !== `"${card.seq}"`) return fault(409, 'Changed meanwhile', { current: card, merged: null, conflicts: ['name/full'] })
    state.patch(card, body)
    changed()
    return ok(card)
  }],
  ['DELETE', /^\/cards\/(\w+)$/, ([, id]) => { state.cards.get(id).state = 'trash'; changed(); return ok({ id, seq: state.seq }) }],
  ['POST', /^\/cards\/(\w+)\/restore$/, ([, id]) => { state.cards.get(id).state = 'live'; changed(); return ok(state.cards.get(id)) }],
  ['GET', /^\/cards\/(\w+)\/history$/, ([, id]) => ok({ items: state.history(id) })],
  ['GET', /^\/cards\/(\w+)\/original$/, ([, id]) => ok(state.originals(id))],
  ['GET', /^\/cards\/(\w+)\/duplicates$/, ([, id]) => ok({ items: state.pairs.filter(pair => pair.a.id === id || pair.b.id === id) })],
  ['GET', /^\/duplicates$/, () => ok({ items: state.pairs.slice(0, 20), total: state.pairs.length, next: null })],
  ['POST', /^\/duplicates\/([\w-]+)\/(merge|different|reopen)$/, ([, id, what]) => { const card = state.answer(id, what); changed(); return ok({ merge: id, batch: 'b1', card }) }],
  ['POST', /^\/duplicates\/merge-all$/, () => ok({ batch: 'b1', count: 12 }, 202)],
  ['GET', /^\/merges$/, () => ok({ items: state.merges })],
  ['POST', /^\/merges\/([\w-]+)\/undo$/, ([, id]) => { state.unmerge(id); changed(); return ok({ cards: [] }) }],
  ['POST', /^\/facts\/(accept|reject)$/, ([, what], body) => { state.say(body.ids, what); changed(); return ok({}) }],
  ['GET', /^\/imports$/, () => ok({ items: state.imports })],
  ['POST', /^\/imports$/, (_, body, query) => ok(scan(state.upload(query.get('filename'), body)), 202)],
  ['GET', /^\/imports\/(\w+)$/, ([, id]) => ok(state.imports.find(one => one.id === id))],
  ['POST', /^\/imports\/(\w+)\/(commit|undo|rescan)$/, ([, id, what]) => ok(run(state.imports.find(one => one.id === id), what), 202)],
  ['DELETE', /^\/imports\/(\w+)$/, ([, id]) => { state.imports = state.imports.filter(one => one.id !== id); return { status: 204 } }],
]

function later(ms, action) { setTimeout(action, ms) }
function scan(one) { later(1200, () => { one.state = 'ready'; emit('import', one) }); return one }
function run(one, what) {
  if (what === 'rescan') return one
  one.state = what === 'commit' ? 'running' : 'undoing'
  const total = one.good
  const step = done => {
    one.progress = { done, total, per_second: 5200, eta_s: (total - done) / 120 }
    if (done >= total) Object.assign(one, { state: what === 'commit' ? 'done' : 'undone', created: one.will.create, updated: one.will.update, skipped: one.will.unchanged, finished_at: new Date().toISOString() })
    emit('import', one)
    emit('work', { waiting: total - done, running: done < total ? 2 : 0 })
    if (done < total) later(250, () => step(Math.min(total, done + Math.ceil(total / 14))))
  }
  step(0)
  return one
}

async function bodyOf(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return request.headers['content-type'] === 'application/json' && text ? JSON.parse(text) : text
}

async function file(path, response) {
  const name = extname(path) ? path : '/index.html'
  try {
    const data = await readFile(join(DIST, name))
    response.writeHead(200, { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream', 'Content-Security-Policy': CSP }).end(data)
  } catch { response.writeHead(404).end() }
}

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://x')
  if (!pathname.startsWith('/api/v1')) return file(pathname, response)
  const path = pathname.slice('/api/v1'.length)
  if (path === '/events') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': hello\n\n')
    streams.add(response)
    return request.on('close', () => streams.delete(response))
  }
  const body = await bodyOf(request)
  for (const [method, pattern, handler] of routes) {
    const match = method === request.method && pattern.exec(path)
    if (!match) continue
    const { status, json } = handler(match, body, searchParams, request)
    return response.writeHead(status, { 'Content-Type': 'application/json' }).end(json === undefined ? '' : JSON.stringify(json))
  }
  response.writeHead(404, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify({ status: 404, title: 'Not in the mock' }))
}).listen(Number(process.argv[2] ?? 8099), '127.0.0.1')
