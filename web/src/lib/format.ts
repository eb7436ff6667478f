/* Numbers, times and sizes as people read them, in the browser's language. */
const count = new Intl.NumberFormat()
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

export const number = (n: number) => count.format(n)
export const plural = (n: number, one: string, many = one + 's') => `${count.format(n)} ${n === 1 ? one : many}`
export const dayOf = (time: string) => valid(time, date => day.format(date))
export const momentOf = (time: string) => valid(time, date => moment.format(date))

export function ago(time: string, now = Date.now()): string {
  return valid(time, date => {
    const seconds = (date.getTime() - now) / 1000
    const size = Math.abs(seconds)
    if (size < 45) return 'just now'
    if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute')
    if (size < 86400) return relative.format(Math.round(seconds / 3600), 'hour')
    if (size < 30 * 86400) return relative.format(Math.round(seconds / 86400), 'day')
    return day.format(date)
  })
}

export function bytes(n: number): string {
  if (n < 1024) return `${n} B`
  if (n < 1024 ** 2) return `${(n / 1024).toFixed(n < 10240 ? 1 : 0)} KB`
  if (n < 1024 ** 3) return `${(n / 1024 ** 2).toFixed(1)} MB`
  return `${(n / 1024 ** 3).toFixed(1)} GB`
}

export function duration(seconds: number): string {
  if (seconds < 1.5) return 'a second'
  if (seconds < 90) return `${Math.round(seconds)} seconds`
  return `${Math.round(seconds / 60)} minutes`
}

function valid(time: string, write: (date: Date) => string): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? '' : write(date)
}
