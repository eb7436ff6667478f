/* One function per route of the contract. */
import { call, upload, url } from './client'
import type { Accounts, FleetLaunch, History, Invitation, Invitations, KindSettings } from './fleet'
import type {
  Account, AuditEntry, Book, BrowserSession, Card, CardDetail, CardFilter, CardRow, Choices, Fact, Factor, Import, ImportOptions, ImportTable, Merge, MergeDone, Original,
  Page, Pair, Patch, Scope, SearchResult, SecondStep, Session, Stats, Tag, Token, Usage, Version, Welcome,
} from './types'

type Signal = AbortSignal | undefined
const withSignal = (signal: Signal) => (signal ? { signal } : {})

export const session = {
  get: () => call<Session>('GET', '/session'),
  welcome: () => call<Welcome>('GET', '/welcome'),
  signup: (email: string, password: string, name: string, invitation: string) =>
    call<Session>('POST', '/signup', { json: { email, password, name, ...(invitation && { invitation }) } }),
  login: (email: string, password: string) => call<Session | SecondStep>('POST', '/login', { json: { email, password } }),
  code: (ticket: string, code: string) => call<Session>('POST', '/login/code', { json: { ticket, code } }),
  demo: () => call<Session>('POST', '/demo'),
  logout: () => call<null>('POST', '/logout'),
}

export const account = {
  change: (change: Partial<Account>) => call<Account>('PATCH', '/account', { json: change }),
  erase: (password: string) => call<null>('DELETE', '/account', { json: { password } }),
  stats: () => call<Stats>('GET', '/stats'),
  usage: () => call<Usage>('GET', '/usage'),
  tokens: () => call<Page<Token>>('GET', '/tokens'),
  createToken: (name: string, scopes: Scope[], days: number | null) => call<Token & { token: string }>('POST', '/tokens', { json: { name, scopes, days } }),
  revokeToken: (id: string) => call<null>('DELETE', `/tokens/${id}`),
  restore: (at: string, dryRun: boolean) => call<{ cards?: number; batch?: string }>('POST', '/restore', { json: { at, dry_run: dryRun } }),
  undo: (batch: string) => call<{ batch: string }>('POST', '/undo', { json: { batch } }),
}

export const doors = {
  password: (password: string, next: string, tokens: boolean) =>
    call<{ sessions_ended: number; tokens_ended: number; tokens_left: number }>('POST', '/account/password', { json: { password, new: next, tokens } }),
  sessions: () => call<Page<BrowserSession>>('GET', '/account/sessions'),
  end: (id: string) => call<null>('DELETE', `/account/sessions/${id}`),
  endOthers: () => call<{ ended: number }>('DELETE', '/account/sessions'),
  factor: () => call<Factor>('GET', '/account/second-factor'),
  beginFactor: (password: string) => call<{ secret: string; uri: string }>('POST', '/account/second-factor', { json: { password } }),
  confirmFactor: (code: string) => call<{ recovery_codes: string[] }>('POST', '/account/second-factor/confirm', { json: { code } }),
  newCodes: (password: string, code: string) => call<{ recovery_codes: string[] }>('POST', '/account/second-factor/codes', { json: { password, code } }),
  factorOff: (password: string, code: string) => call<null>('DELETE', '/account/second-factor', { json: { password, code } }),
  audit: (cursor: string) => call<Page<AuditEntry>>('GET', '/account/audit', { query: { cursor } }),
}

export const cards = {
  list: ({ q: _, ...filter }: CardFilter, offset: number, limit: number, signal?: AbortSignal) =>
    call<Page<CardRow>>('GET', '/cards', { query: { ...filter, offset, limit }, ...withSignal(signal) }),
  search: ({ q, book, tag }: CardFilter, limit: number, signal?: AbortSignal) =>
    call<SearchResult>('GET', '/search', { query: { q, book, tag, limit }, ...withSignal(signal) }),
  get: (id: string) => call<CardDetail>('GET', `/cards/${id}`),
  create: (card: Partial<Card>) => call<CardDetail>('POST', '/cards', { json: { card } }),
  patch: (id: string, seq: number, patch: Patch) => call<CardDetail>('PATCH', `/cards/${id}`, { json: patch, ifMatch: seq }),
  remove: (id: string) => call<{ id: string; seq: number }>('DELETE', `/cards/${id}`),
  restore: (id: string, seq?: number) => call<CardDetail>('POST', `/cards/${id}/restore`, { json: seq === undefined ? {} : { seq } }),
  history: (id: string) => call<Page<Version>>('GET', `/cards/${id}/history`),
  originals: (id: string) => call<Original[] | Page<Original>>('GET', `/cards/${id}/original`),
  /* only what still waits for an answer */
  duplicates: async (id: string) => (await call<Page<Pair>>('GET', `/cards/${id}/duplicates`)).items.filter(pair => (pair.state ?? 'suggested') === 'suggested'),
  bulk: (ids: string[], action: 'delete' | 'restore' | 'tag' | 'untag', tag?: string) =>
    call<{ changed: number; batch: string }>('POST', '/cards/bulk', { json: { ids, action, ...(tag && { tag }) } }),
}

export const books = {
  list: () => call<Page<Book>>('GET', '/books'),
  tags: () => call<Page<Tag>>('GET', '/tags'),
}

export const facts = {
  accept: (ids: string[]) => call<unknown>('POST', '/facts/accept', { json: { ids } }),
  reject: (ids: string[]) => call<unknown>('POST', '/facts/reject', { json: { ids } }),
  list: () => call<Page<Fact>>('GET', '/facts', { query: { state: 'proposed' } }),
}

export const imports = {
  upload: (file: File, onProgress: (share: number) => void) => upload<Import>('/imports', { filename: file.name }, file, onProgress),
  list: () => call<Page<Import>>('GET', '/imports'),
  get: (id: string) => call<Import>('GET', `/imports/${id}`),
  rescan: (id: string, table: ImportTable) => call<Import>('POST', `/imports/${id}/rescan`, { json: table }),
  commit: (id: string, options: ImportOptions) => call<Import>('POST', `/imports/${id}/commit`, { json: options }),
  undo: (id: string) => call<Import>('POST', `/imports/${id}/undo`, { json: {} }),
  remove: (id: string) => call<null>('DELETE', `/imports/${id}`),
}

export const duplicates = {
  list: (cursor?: string | null) => call<Page<Pair>>('GET', '/duplicates', { query: { state: 'suggested', cursor } }),
  merge: (id: string, choices: Choices) => call<MergeDone>('POST', `/duplicates/${id}/merge`, { json: { choices } }),
  different: (id: string) => call<unknown>('POST', `/duplicates/${id}/different`, { json: {} }),
  reopen: (id: string) => call<unknown>('POST', `/duplicates/${id}/reopen`, { json: {} }),
  mergeAll: () => call<{ count: number }>('POST', '/duplicates/merge-all', { json: { certainty: 'certain' } }),
  mergeCards: (ids: [string, string], choices: Choices) => call<MergeDone>('POST', '/merge', { json: { ids, choices } }),
  merges: () => call<Page<Merge>>('GET', '/merges'),
  undo: (merge: string) => call<unknown>('POST', `/merges/${merge}/undo`, { json: {} }),
}

export const admin = {
  history: (hours: number) => call<History>('GET', '/admin/history', { query: { from: new Date(Date.now() - hours * 3_600_000).toISOString() } }),
  audit: (cursor: string, what: string, email: string) => call<Page<AuditEntry>>('GET', '/admin/audit', { query: { cursor, what, email } }),
  setKind: (kind: string, change: Partial<KindSettings>) => call<KindSettings>('PATCH', `/admin/kinds/${kind}`, { json: change }),
  launch: (factor: number, hours: number) => call<Pick<FleetLaunch, 'factor' | 'starts' | 'ends'>>('POST', '/admin/launch', { json: { factor, hours } }),
  accounts: (cursor: string, email: string) => call<Accounts>('GET', '/admin/accounts', { query: { cursor, email } }),
  invitations: () => call<Invitations>('GET', '/admin/invitations'),
  invite: (email: string) => call<Invitation>('POST', '/admin/invitations', { json: { email } }),
  withdraw: (email: string) => call<void>('DELETE', '/admin/invitations', { query: { email } }),
  land: () => call<{ landed: number }>('POST', '/admin/land', { json: {} }),
  redrive: (kind: string) => call<{ redriven: number }>('POST', '/admin/redrive', { json: { kind } }),
}

export const exportUrl = (format: string, filter: { book?: string; tag?: string; original?: boolean } = {}) =>
  url('/export', { format, book: filter.book, tag: filter.tag, original: filter.original ? 1 : undefined })
