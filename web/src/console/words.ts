/* Numbers of machines as people read them. */
import { bytes, number } from '../lib/format'

export function age(ms: number): string {
  if (ms <= 0) return '–'
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 100_000) return `${Math.floor(ms / 1000)} s`
  if (ms < 6_000_000) return `${Math.floor(ms / 60_000)} min`
  return `${(ms / 3_600_000).toFixed(1)} h`
}
export function took(us: number): string {
  if (us <= 0) return '–'
  if (us < 1000) return `${us} µs`
  if (us < 1_000_000) return `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`
  return `${(us / 1_000_000).toFixed(1)} s`
}
export const share = (permille: number) => `${(permille / 10).toFixed(permille < 100 ? 1 : 0)} %`
export const memory = (n: number) => (n >= 1024 ** 3 ? `${(n / 1024 ** 3).toFixed(1)} GB` : bytes(n))
export const rounded = (n: number) => (n >= 100 || Number.isInteger(n) ? number(Math.round(n)) : n.toFixed(1))
export function money(micro: number, currency: string): string {
  const value = micro / 1_000_000
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, maximumFractionDigits: value < 1 ? 3 : 2 }).format(value)
}
const HELD: Record<string, string> = {
  max: 'its own limit', cpu: 'CPU', memory: 'memory', budget: 'budget', database: 'database', paused: 'paused',
}
export function heldBy(held: string, service: string): string {
  if (held === 'quota') return `${service.charAt(0).toUpperCase()}${service.slice(1)} quota`
  return HELD[held] ?? held
}
