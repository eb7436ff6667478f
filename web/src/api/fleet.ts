/* What an operator sees: the shapes of /api/v1/admin, as src/api/http/openapi.json names them. */
export type Mood = 'well' | 'note' | 'warn' | 'bad'
export type TallyName = 'visits' | 'signups' | 'logins' | 'imports' | 'contacts' | 'errors' | 'refused' | 'jobs'
export type Span = Record<TallyName, number>
export type ClassName = 'site' | 'read' | 'write' | 'login' | 'bulk'

export interface KindSettings { min: number; max: number; slo_ms: number; rho_pct: number; down_s: number; weight: number; paused: boolean }
export interface FleetKind extends KindSettings {
  kind: string; ready: number; claimed: number; later: number; dead: number; oldest_ms: number
  target: number; running: number; busy: number; held_by: string; service: string
  service_us: number; arrived_milli: number; done: number
}
export interface FleetHost {
  host: string; here: boolean; at: string; cores: number; cpu_permille: number; load_milli: number
  memory: number; memory_used: number; disk: number; disk_free: number; kith_memory: number; workers: number
}
export interface FleetService {
  service: string; limit: number; window_ms: number; used: number; hour: number
  closed_until: string | null; closed_why: string; price_micro: number; note: string
}
export interface FleetLaunch { id: string; factor: number; starts: string; ends: string; actor: string }
export interface Fleet {
  at: string
  rows_at: string | null
  status: { mood: Mood; text: string; more: { mood: Mood; text: string }[] }
  processes: { up: number; wanted: number; agents: number }
  people: { minute: Span; hour: Span; hour_before: Span; today: Span; visitors: number; pages: Record<string, number> }
  classes: { class: ClassName; minute: number; p50_us: number; p99_us: number }[]
  kinds: FleetKind[]
  hosts: FleetHost[]
  database: { kind: string; answers: boolean; silent_since: string | null; ping_us: number; bytes: number; connections: number
    replicas: { name: string; state: string; lag_bytes: number }[] }
  services: FleetService[]
  factor: number
  launches: FleetLaunch[]
  cost: { currency: string; core_hour_micro: number; hour_micro: number; day_micro: number }
}

/* What each account holds, against what it may hold. */
export interface Holds { cards: number; bytes: number; tokens: number; imports_today: number }
export interface Accounts { max: Holds; items: (Holds & { account: string; email: string })[]; next: string | null }
export interface Invitations { sign_up: 'open' | 'invitation' | 'closed'; items: { email: string; created: string; expires: string }[] }
export interface Invitation { email: string; invitation: string; link: string; expires: string }

/* A step of the history; a number that is 0 is left out. */
export interface Sample extends Partial<Span> {
  at: string
  span_s?: number
  visitors?: number; cores?: number; cpu_permille?: number; memory?: number; memory_used?: number; kith_memory?: number
  workers?: number; db_ping_us?: number; cost_micro?: number
  class: Partial<Record<ClassName, { n?: number; p50_us?: number; p99_us?: number }>>
  kind: Record<string, { ready?: number; oldest_ms?: number; workers?: number; target?: number; done?: number; dead?: number }>
}
export interface History { from: string; to: string; step_s: number; items: Sample[] }
export interface LogLine { number: number; at: string | null; level: string; event: string; text: string }
