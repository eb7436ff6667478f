/* What /api/v1 speaks.  Names and shapes follow src/api/http/openapi.json; nothing here is invented by the app. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/* ---- JSContact (RFC 9553): only what the app reads; every other member stays in the object untouched. */

export interface NameComponent { kind: string; value: string; phonetic?: string }
export interface CardName { full?: string; components?: NameComponent[]; isOrdered?: boolean }
export interface Labelled { label?: string; contexts?: Record<string, boolean>; pref?: number }
export interface Email extends Labelled { address: string }
export interface Phone extends Labelled { number: string; features?: Record<string, boolean> }
export interface Address extends Labelled { full?: string; components?: NameComponent[]; countryCode?: string; coordinates?: string }
export interface OnlineService extends Labelled { service?: string; uri?: string; user?: string }
export interface Resource extends Labelled { uri?: string; kind?: string; mediaType?: string; blobId?: string }
export interface Organization extends Labelled { name?: string; units?: { name: string }[] }
export interface Title { name: string; kind?: string; organizationId?: string }
export interface PartialDate { year?: number; month?: number; day?: number; utc?: string }
export interface Anniversary { kind: string; date: PartialDate }
export interface Note { note: string }

export interface Card {
  uid: string
  kind?: string
  name?: CardName
  nicknames?: Record<string, { name: string }>
  organizations?: Record<string, Organization>
  titles?: Record<string, Title>
  emails?: Record<string, Email>
  phones?: Record<string, Phone>
  addresses?: Record<string, Address>
  onlineServices?: Record<string, OnlineService>
  links?: Record<string, Resource>
  anniversaries?: Record<string, Anniversary>
  notes?: Record<string, Note>
  media?: Record<string, Resource>
  keywords?: Record<string, boolean>
  vCardProps?: [string, Json, string, ...Json[]][]
  [member: string]: unknown
}

/* A PatchObject of RFC 8620: JSON pointers without the leading slash. */
export type Patch = Record<string, unknown>

/* ---- Kith */

export interface Page<T> { items: T[]; next?: string | null; total?: number }
export interface User { id: string; email: string; name: string; admin?: boolean }
export interface Account { id: string; name: string; settings: Record<string, Json> }
/* What an account holds, and may hold. */
export type Usage = Record<'cards' | 'bytes' | 'tokens' | 'imports_today', { used: number; max: number }>

/* What the house says before anybody is logged in. */
export interface Welcome { sign_up: 'open' | 'invitation' | 'closed'; demo: boolean; password_bytes_min: number }

export interface Session { user: User; account: Account; csrf: string }
export interface SecondStep { second_factor: true; ticket: string; expires: string }
export type Scope = 'read' | 'write' | 'import' | 'operator'
export interface Token { id: string; name: string; scopes: Scope[]; created: string; seen: string | null; device: string; address: string; expires: string | null }
export interface BrowserSession { id: string; current: boolean; device: string; address: string; created: string; seen: string; expires: string }
export interface Factor { on: boolean; since: string | null; recovery_codes: number }
export interface AuditEntry {
  id: string
  what: string
  detail: string
  at: string
  last: string
  times: number
  device: string
  address: string
  by_server: boolean
  email?: string
}

export interface CardRow {
  id: string
  name: string
  company?: string
  title?: string
  email?: string
  phone?: string
  place?: string
  tags: string[]
  updated: string
  seq: number
  photo: string | null
  initials: string
  hue: number
  suggestions: number
}
export interface SearchRow extends CardRow { match: { field: string; text: string } }
export interface SearchResult { items: SearchRow[]; took_us: number; total: number }

export interface CardSource { source: string; name: string; kind: string; key: string; seen: string; format?: string }
export interface Fact {
  id: string
  card: string
  field: string
  value: string
  label: string
  rule: string
  rule_text: string
  confidence: number
  from?: string
  state: 'proposed' | 'accepted' | 'rejected' | 'applied' | string
}
export interface CardDetail {
  id: string
  seq: number
  book: string
  state: 'live' | 'trash' | 'merged' | string | number
  merged_into?: string | null
  created: string
  updated: string
  deleted?: string | null
  card: Card
  facts: Fact[]
  sources: CardSource[]
  photo: string | null
  initials: string
  hue: number
}
export interface Conflict { current: CardDetail; merged: Card | null; conflicts: string[] }

export interface Change { field: string; label: string; before: Json; after: Json }
export interface Version { seq: number; at: string; op: string; actor: string; why?: string; changes: Change[] }
export interface Original { source: string; format: string; text: string }

export interface Evidence { field: string; label: string; a: string; b: string; points: number; text: string }
export interface Pair {
  id: string
  state?: 'suggested' | 'merged' | 'different'
  score: number
  certainty: 'certain' | 'likely' | 'possible'
  evidence: Evidence[]
  a: CardDetail
  b: CardDetail
  suggested: Card | null
}
export type Choice = 'a' | 'b' | 'both'
export type Choices = Record<string, Choice>
export interface MergeDone { merge: string; batch: string; card: CardDetail }
export interface Named { id: string; name: string }
export interface Merge { id: string; at: string; actor: string; winner: Named; loser: Named; undone?: string | boolean | null }

export interface ImportError { card: number; line: number; name?: string; message: string; severity: 'error' | 'warning' | string }
export type ImportState = 'uploaded' | 'scanning' | 'ready' | 'running' | 'done' | 'undoing' | 'undone' | 'failed'
export interface Import {
  id: string
  file: string
  bytes: number
  state: ImportState
  format?: 'vcard' | 'csv' | 'jscontact' | 'zip' | string   // and ldif, jcard, xcard, hcard, monica, telegram
  program?: string | null
  encoding?: string | null
  cards: number
  good: number
  bad: number
  created: number
  updated: number
  skipped: number
  failed: number
  progress: { done: number; total: number; per_second: number; eta_s: number | null } | null
  will?: { create: number; update: number; unchanged: number } | null
  errors?: ImportError[]
  errors_total: number
  columns?: { column: string; sample: string[]; target: string | null; date_order?: string }[]
  columns_unknown?: number
  delimiter?: string
  has_header?: boolean
  targets?: string[]
  preview?: Partial<CardRow>[]
  source?: Named | null
  book?: string | null
  created_at: string
  finished_at?: string | null
  error?: string | null
}
export type ImportMode = 'create' | 'update' | 'both'
/* How a table is to be read, where its bytes do not say it. */
export interface ImportTable {
  columns?: (string | null)[] | null
  charset?: string
  delimiter?: string
  date_order?: string
  has_header?: boolean | null
}
export interface ImportOptions {
  mode: ImportMode
  source_name?: string
  book?: string
  tags?: string[]
  country?: string
  columns?: (string | null)[]
}

export interface Book extends Named { cards?: number; count?: number }
export interface Tag { tag: string; count: number }
export interface Work { waiting: number; running: number; per_kind?: Record<string, unknown> }
export interface Stats {
  cards: number
  trash: number
  duplicates: number
  imports: number
  sources: (Named & { kind: string; count: number })[]
  countries: { code: string; name: string; count: number }[]
  companies: { name: string; count: number }[]
  seniorities: { value: string; count: number }[]
  work: Work
}

export interface CardFilter {
  q?: string
  book?: string
  tag?: string
  source?: string
  country?: string
  company?: string
  state?: 'live' | 'trash'
  sort?: 'name' | 'updated' | 'created' | 'company'
  order?: 'asc' | 'desc'
}

export interface Problem {
  type?: string
  title?: string
  status: number
  detail?: string
  code?: string
  errors?: { pointer?: string; detail: string }[]
}
